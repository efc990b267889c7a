// Chinese: what left the device, and leaving.
import type { leaving as english } from "./en-leaving.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const inChinese = plural("zh-Hans");

function things(count: number, other: string): string {
  return inChinese(count, { other });
}

export const leaving: Translated<typeof english> = {
  // What left this device
  ledgerTitle: "离开此设备的内容",
  ledgerItems: (count) => things(count, "# 项"),
  ledgerBefore: (count) => things(count, "在你开启之前：此应用发出 # 项。"),
  ledgerEmpty: "此列表为空。",
  ledgerBlind: "此列表无法显示的：你的浏览器获取了此应用，并会检查更新。这会透露你的互联网地址。",
  ledgerFilter: "显示",
  ledgerAll: "全部",
  ledgerExport: "导出",
  ledgerClear: "清空列表",
  ledgerClearTitle: "清空列表？",
  ledgerClearHint: "只会删除此列表。已经离开的无法收回。",
  ledgerMore: "显示更早的",
  ledgerHolds: "内容",
  ledgerReadable: "谁可以读取",
  ledgerKept: "保留多久",
  ledgerPurpose: "用途",
  ledgerTo: "发往",
  ledgerLane: "连接",
  ledgerLaneAccount: "属于你的账户",
  ledgerLaneAnonymous: "不表明属于谁",
  ledgerBytes: (count) => things(count, "# 字节"),
  ledgerRaw: "原始字节",
  ledgerInEnglish: "这些声明是协议的一部分，使用英文。",
  ledgerInItems: (items: string, since: string) => `${items}，自 ${since} 起`,
  ledgerYes: "你同意了",
  ledgerSealed: "消息，已密封",
  ledgerFinding: "查找他人，已盲化",
  ledgerKeys: "密钥和连接",
  ledgerGrouped: "几秒之内离开的内容放在一起。",
  eventTexted: (name: string) => `你给 ${name} 发了消息`,
  eventTextedMany: "你给多人发了消息",
  eventSealed: "消息和回执，已密封",
  eventFinding: "查询了一个号码",
  eventConnected: "保持连接",
  eventConnectedHint: "以便你收到消息",
  eventOn: "你已开启",
  eventOff: "你已关闭",
  eventRequestOnly: "仅请求",

  // Turn off
  turnOffTitle: "关闭私密消息？",
  turnOffStays: "保留的内容",
  turnOffStaysWhat: "此设备上你的消息和联系人。",
  turnOffGoes: "删除的内容",
  turnOffGoesWhat: "服务中你号码的记录、你的密钥、你的设备，以及你尚未收到的消息。",
  turnOffMeans: "这意味着",
  turnOffMeansWhat: "发给你的消息将通过短信到达。你发过消息的人会得知你已离开。",
  turnOffYes: "关闭并删除",
  turnOffNo: "保持开启",
  turningOff: "正在删除…",
  turnOffWaiting: "此设备上现已关闭。服务器上的删除正在等待网络连接。",
  receiptTitle: "删除凭据",
  receiptDeleted: (date) => `删除于 ${date}`,
  receiptNumber: (digits) => `尾号为 ${digits} 的号码`,
  receiptNotRecalled: "他人已收到的内容仍留在他们那里。",
  receiptSigned: "由服务签名；签名已在此设备上核对。",
  receiptProves: "它证明服务声明了什么，而不是服务做了什么。",
  receiptDownload: "下载凭据",
  receiptNone: "没有凭据：还没有删除过任何内容。",
  receiptStamp: "签名已在此核对",
  receiptShare: "分享",
  receiptKept: "此凭据保存在设置中。",
  receiptSmsNow: "发给你的消息现在通过短信到达。",
  receiptStays: "你的消息和联系人仍在此设备上。",
  receiptRecords: "你的号码的记录",
  receiptTags: "查找标签",
  receiptDevices: "设备",
  receiptKeyPackages: "一次性公钥",
  receiptEnvelopes: "尚未收到的消息",
};
