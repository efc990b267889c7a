// Chinese, simplified. People are addressed as “你”; a space stands between Chinese and Latin letters or figures.

import type { Catalogue } from "./en.ts";
import { plural } from "./plural.ts";
import { contactWords } from "./zh-hans-contacts.ts";
import { conversing } from "./zh-hans-conversing.ts";
import { errors } from "./zh-hans-errors.ts";
import { leaving } from "./zh-hans-leaving.ts";
import { locking } from "./zh-hans-locking.ts";
import { relaying } from "./zh-hans-relaying.ts";
import { turningOn } from "./zh-hans-turning-on.ts";
import { waking } from "./zh-hans-waking.ts";

const inChinese = plural("zh-Hans");

function things(count: number, other: string): string {
  return inChinese(count, { other });
}

export const zhHans: Catalogue = {
  appName: "Assent",
  errors,
  ...conversing,
  ...leaving,
  ...locking,
  ...relaying,
  ...waking,

  // Words used in several places.
  back: "返回",
  cancel: "取消",
  close: "关闭",
  tryAgain: "重试",
  loading: "正在加载…",

  // Welcome
  welcomeTitle: "用电话号码发消息。",
  welcomeTitleYes: "你同意，才会私密发送。",
  welcomePoint1: "在你同意之前一直关闭。在此之前，不会有任何内容离开此设备。",
  welcomePoint2: "端到端加密。服务无法读取你的消息，你的联系人也绝不会发送给它。",
  welcomePoint3: "你可以核查：此应用发送的每个字节都会列出，关闭时会删除服务保存的内容。",
  welcomeImport: "导入你的联系人",
  welcomeImportHint: "从 vCard 文件（.vcf）导入。它们留在此设备上。",
  welcomeStart: "开始",
  welcomeInstall: "安装应用",

  // The list of conversations
  conversations: "消息",
  newMessage: "新消息",
  search: "搜索",
  whatLeft: "离开此设备的内容",
  settings: "设置",
  noConversations: "从一个电话号码开始。",
  noConversationsHint: "你写的和收到的消息会显示在这里。",
  chooseConversation: "选择一个对话",
  unread: (count) => things(count, "# 条未读"),
  previewDraft: "草稿：",
  previewYou: "你：",

  // The banner above the list
  bannerOff: "私密消息已关闭",
  bannerOffHint: "此应用没有发送过任何内容。",
  bannerOffAfterHint: "此应用不会发送任何内容。",
  bannerUnproved: "你的号码尚未确认",
  bannerVerifying: "输入短信中的验证码",
  bannerVerifyingHint: "输入后，私密消息就会开启。",
  bannerOn: "私密消息已开启",
  bannerOnHint: "可以随时关闭。届时会删除服务保存的内容。",
  bannerServiceEnds: (date) => `此服务将于 ${date} 停止`,
  bannerServiceEndsHint: "从那天起，你的消息将通过短信发送。此设备上的内容会保留。",
  bannerServiceEnded: "此服务已停止",
  bannerServiceEndedHint: "消息现在通过短信发送。此设备上的内容会保留。",
  bannerOffline: "没有网络连接",
  bannerOfflineHint: "你写的消息会在有连接时发出。",
  bannerPaused: "隐私政策已更改",
  bannerPausedHint: "在你答复之前，私密消息暂停。",
  bannerLeaving: "此设备上现已关闭",
  bannerLeavingHint: "服务器上的删除正在等待网络连接。",
  bannerEnded: "此号码现在属于另一部手机",
  bannerEndedHint: "私密消息在此设备上已关闭。你可以重新开启。",
  bannerLeft: "私密消息已被关闭",
  bannerLeftHint: "由此设备的一个副本关闭。你可以重新开启。",
  bannerLeftByNumberHint: "由用此号码收到验证码的人关闭。你可以重新开启。",
  bannerUnknown: "服务已不再认识此设备",
  bannerAction: "打开",
  switchLabel: "私密消息",
  on: "开",
  off: "关",

  // New message
  newMessageTo: "收件人",
  newMessageHint: "电话号码，或联系人中的名字",
  newMessageNumber: (number) => `发消息给 ${number}`,
  routePrivate: "私密",
  routeSms: "短信",
  routeUnchecked: "未检查",

  // A thread
  messagesWith: (name) => `与 ${name} 的消息`,
  privateVerified: "私密 · 已验证",
  textMessage: "短信",
  linePrivate: "私密",
  linePrivateHint: "端到端加密",
  linePrivateVerifiedHint: "只有你们两人能读取",
  lineSms: "短信",
  lineSmsHint: "未加密，你的运营商可以读取",
  lineChecking: "正在检查",
  lineCheckingHint: "此号码能否接收私密消息",
  lineUnchecked: "未检查",
  lineUncheckedHint: "没有网络连接；要么私密发出，要么不发出",
  lineChanged: "在你输入时，这里发生了变化。",
  commaBetween: "，",
  colonAfter: "：",
  lineSeen: "我看到了",
  useSms: "改用短信发送",
  writePrivate: "私密消息",
  writeSms: "短信",
  send: "发送",
  sendPrivateLabel: "私密发送",
  sendSmsLabel: "用短信发送，未加密",
  today: "今天",
  newTexts: "新消息",
  jumpToLatest: "跳到最新",
  stateQueued: "正在发送",
  stateWaiting: "联网后发送",
  stateHeldUp: "等待中",
  stateSent: "已发送",
  stateDelivered: "已送达",
  stateRead: "已读",
  stateNotDelivered: "未送达",
  stateNotKnown: "不确定是否送达",
  stateTakingBack: "正在撤回",
  stateTaken: "已在对方手机上",
  stateHandoff: "已交给你的短信应用",
  copy: "复制",
  copied: "已复制",
  handoffAsk: "短信应用打开了吗？",
  handoffAgain: "再次打开",
  handoffScan: "用手机发送：扫描此二维码",
  sms: "短信",
  fromYou: "你",
  notUnderstood: "这里发来了一些内容，此版本的应用无法显示。",
  notOpened: "收到了一条在此无法打开的内容。",
  unseenText: "一条没有可见字符的消息。",
  unsentText: "发送者已撤回此消息。",
  noticeKeyChanged: "此号码的密钥已更改：可能是新手机，也可能是另一个人。",
  noticeRestarted: "对话已重新开始。",
  noticeMissing: (count) => things(count, "有 # 项发给你的内容还没有到达。"),
  keyChangedTitle: "此号码的密钥已更改",
  keyChangedHint: "可能是新手机，也可能是另一个人。继续之前，请先问问对方。",
  acceptKey: "接受新密钥",
  blockedTitle: "你已屏蔽此号码",
  unblock: "取消屏蔽",
  smsInsteadTitle: "改用短信发送？",
  smsInsteadLost: "这样就不再加密：你的运营商可以读取，还可能收费。",
  smsSegments: (count) => things(count, "需要 # 条短信。"),

  ...contactWords,

  // A person
  person: "联系人信息",
  personName: "名字",
  personNameHint: "仅在此设备上",
  save: "保存",
  personRoute: "送达方式",
  checkNow: "立即检查",
  verify: "验证",
  verifyHint: "比对数字，确认只有你们两人能读取。",
  verified: "已验证",
  mute: "静音",
  muteHint: "不通知，不响铃，也不计入标题中的未读数。",
  block: "屏蔽",
  blockHint: "来自此号码的内容会被丢弃。对方不会得到通知。",

  // Verify
  verifyTitle: (name) => `验证 ${name}`,
  verifyHow:
    "将这些数字与对方屏幕上的数字比对，可以当面并排比对，也可以通过电话。如果相同，你们之间就没有其他人。",
  verifyQr: "二维码形式的数字",
  verifyNotYet: "你们互发过私密消息后，才有可以比对的数字。",
  verifySame: "数字相同",
  verifyUndo: "撤销验证",
  verifyCamera: "扫描对方的二维码",
  verifyCameraHow: "将此设备对准对方的屏幕。摄像头看到的内容只留在这里，不会保存。",
  verifyCameraStop: "关闭摄像头",
  verifyCameraRefused: "无法使用摄像头。请在浏览器中允许，或比对数字。",
  verifyDifferent: "这是另一个二维码。请确认它是与你对话用的那个。如果是，请不要信任此对话。",

  // Search
  searchLabel: "搜索此设备上的消息",
  searchIn: (name) => `搜索与 ${name} 的消息`,
  searchHint: "你搜索的内容不会离开此设备。",
  searchNone: "没有包含这些词的消息。",
  searchMore: "搜索更早的消息",
  searchFound: (count) => things(count, "# 条消息"),

  ...turningOn,

  // Further purposes
  askReceiptsTitle: "在你读了消息时告诉对方？",
  askReceiptsWhat:
    "开启后，当你打开与你通信的人发来的消息时，他们会看到“已读”，它像消息一样经过加密。你可以随时撤回。无论是否开启，都可以发消息。",
  askReceiptsYes: "发送已读回执",
  askReceiptsNo: "不发送",

  // Settings
  settingsPrivate: "私密消息",
  settingsNumber: "你的号码",
  settingsConsent: "你的同意",
  settingsConsentGiven: (date, version) => `${date}，针对隐私政策第 ${version} 版`,
  settingsReceipts: "已读回执",
  settingsReceiptsHint: "与你通信的人会看到“已读”。",
  settingsTurnOff: "关闭并删除",
  settingsTurnOn: "开启",
  settingsReceipt: "上次删除的确认单",
  settingsNotifications: "通知",
  notificationsShow: "显示通知",
  notificationsShowHint: "应用打开而你在看别处时显示。不会为此发送任何内容。",
  notificationsDenied: "你的浏览器不允许在此显示通知。你可以在浏览器设置中更改。",
  notificationsWords: "显示消息内容",
  notificationsWordsHint: "否则只显示是谁发来的。",
  notificationsSound: "声音",
  notificationsSoundHint: "收到消息时播放一声短音。",
  settingsContacts: "联系人",
  settingsContactsHint: "它们绝不会离开此设备。",
  settingsImport: "导入 vCard 文件",
  settingsLook: "外观",
  themeSystem: "跟随系统",
  themeLight: "浅色",
  themeDark: "深色",
  settingsLanguage: "语言",
  settingsAbout: "关于",
  settingsAboutHint: "网页应用必须信任加载它的服务。命令行客户端则不必。",
  storagePersistent: "此浏览器会保留你的消息。",
  storageBestEffort: "空间不足时，此浏览器可能会删除你的消息。安装应用会有帮助。",

  // When the phone cannot be opened
  inUseTitle: "Assent 已在另一个标签页中打开",
  inUseHint: "每次只能有一个标签页写入，这样任何密钥都不会被使用两次。",
  useHere: "在此使用",
  takenOverTitle: "另一个标签页已接管",
  takenOverHint: "你的消息现在在那里。",
  storageTitle: "无法打开你的消息",
  storageHint: "请腾出一些空间，然后重试。未删除任何内容。",
  damagedTitle: "此浏览器中的副本已损坏或丢失",
  damagedHint: "你可以重新开始：届时会删除此设备上的消息和联系人。",
  startAfresh: "重新开始",

  // Updating
  updateReady: "新版本已就绪",
  updateNow: "立即更新",
};
