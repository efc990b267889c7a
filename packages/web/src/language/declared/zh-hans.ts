// Simplified Chinese: what the egress manifest declares.
import type { DeclaredWords } from "./declared-words.ts";

export const declared: DeclaredWords = {
  purposes: {
    service: "私密消息",
    discovery: "查找你的联系人",
    receipts: "已读回执",
    push: "应用关闭时通知你",
    "sms-relay": "由服务发送短信",
  },
  between: "；",
  phrases: {
    // Why
    "to learn the service's public keys": "为了获知服务的公钥",
    "to send you a code by SMS": "为了用短信把验证码发给你",
    "to prove that the number is yours": "为了证明这个号码是你的",
    "to be found under the service's new key without another SMS":
      "为了在服务换用新密钥后仍能找到你，而不必再发短信",
    "so that people who have your number can reach you": "让有你号码的人能联系到你",
    "to keep what people find under your number up to date": "让别人按你的号码找到的内容保持最新",
    "to begin anew after this device was set back to an earlier state":
      "此设备退回到较早状态之后，为了重新开始",
    "to leave": "为了退出服务",
    "to leave without the phone": "为了在没有手机的情况下退出服务",
    "so that people can start a conversation while you are away": "让别人在你不在时也能开始对话",
    "to find out whether it can be reached privately": "为了查明能否向这个号码发送私密消息",
    "to compare on this device whether a number is on the service":
      "为了在此设备上比对某个号码是否使用此服务",
    "to get the public key of the person you text, or who texted you":
      "为了取得你发消息给的人或发消息给你的人的公钥",
    "to start a conversation": "为了开始对话",
    "to open a connection for sending that does not say whose it is":
      "为了打开一个不表明属于谁的发送连接",
    "to send": "为了发送",
    "to learn whether texts you sent still wait, or were lost":
      "为了得知你发出的消息是仍在等待，还是已经丢失",
    "to take back a text that no device of the recipient has, so that it can go another way":
      "为了撤回收件人的设备都还没有收到的消息，以便改走其他途径",
    "to notice a connection that is dead": "为了发现已经断开的连接",
    "to open a connection for receiving": "为了打开接收用的连接",
    "to receive what waits for this device": "为了接收等待此设备的内容",
    "so that the service deletes it": "让服务删除已收到的内容",
    "to give the people you write with the right to write to you": "为了让与你通信的人有权写信给你",
    "so that what comes through them is dropped": "让经这些地址来的内容被丢弃",
    "so that your browser is woken when something comes while the app is closed":
      "让应用关闭期间有内容到达时能唤醒你的浏览器",
    "so that the service forgets where to wake your browser": "让服务忘记在哪里唤醒你的浏览器",
    "to get an address at which your browser can be woken": "为了得到一个可以唤醒你浏览器的地址",
    "to give that address up": "为了弃用该地址",
    "so that an SMS is sent once, also where an answer is lost":
      "让一条短信只发送一次，即使答复丢失",
    "to have an SMS sent for you, where this device has no SIM":
      "此设备没有 SIM 卡，为了由服务替你发送短信",
    "to learn whether an SMS that was sent for you arrived": "为了得知替你发送的短信是否送达",

    // Who can read it
    "the service": "服务",
    "the registration room; your carrier, as an SMS": "服务的注册处；你的运营商（作为短信）",
    "the registration room": "服务的注册处",
    "the service; the record only by who knows your number":
      "服务；其中的记录只有知道你号码的人能读",
    "the service, and whoever starts a conversation with you": "服务，以及与你开始对话的人",
    "the number by nobody; the rest by the service, which counts it":
      "号码没有人能读；其余由服务读取并计数",
    "the service, which cannot tell the number from it unless it abuses its key":
      "服务；除非滥用自己的密钥，否则无法从中得知号码",
    "the service, which is not told who asks": "服务，但不会得知是谁在询问",
    "the content only by the recipient; size, time, mailbox, and that what goes over one connection has one sender, by the service":
      "内容只有收件人能读；大小、时间、信箱，以及同一连接上的内容来自同一发送者，由服务看到",
    "the service, which also sees that what is asked over one connection has one sender":
      "服务；它还会看到同一连接上的询问来自同一发送者",
    "the service, which also sees that what goes over one connection has one sender":
      "服务；它还会看到同一连接上的内容来自同一发送者",
    "the service, which gives your browser's push service nothing but random bytes":
      "服务；它交给你浏览器推送服务的只有随机字节",
    "the push service of your browser's maker, which learns that this browser wants to be woken for this service; later, when":
      "浏览器厂商的推送服务；它会知道此浏览器希望为此服务被唤醒，之后还会知道何时",
    "the push service of your browser's maker": "浏览器厂商的推送服务",
    "the registration room; whoever carries SMS for this service, and the recipient's carrier, as an SMS":
      "服务的注册处；为此服务传送短信的一方和收件人的运营商（作为短信）",

    // How long it is kept
    "not kept": "不保留",
    "the number until the SMS is handed over; what follows from it for 10 minutes, sealed under a secret that only your device keeps; how many SMS the number was sent, counted under a key, 20 days at most; where you ask for no codes ever, a mark of the number under a key, for good":
      "号码保留到短信交付发送为止；由号码推导出的内容保留 10 分钟，以只有你的设备持有的秘密密封；向该号码发送过多少条短信，以密钥处理后计数，最多 20 天；如果你要求永远不再收到验证码，则永久保留以密钥处理过的号码标记",
    "the number while it is compared; the rest is not kept": "号码在比对期间保留；其余不保留",
    "until you turn off": "保留到你关闭为止",
    "public keys until used, or until you turn off": "公钥保留到被使用或你关闭为止",
    "the ids of account and mailboxes, so that senders learn that you left, for 400 days":
      "账户和信箱的标识保留 400 天，让发送者得知你已退出",
    "until used, or until you turn off": "保留到被使用或你关闭为止",
    "how many lookups were used, 20 days at most": "用过多少次查找，最多 20 天",
    "until the recipient has it, 31 days at most": "保留到收件人收到为止，最多 31 天",
    "for 30 days, that what you took back is not to be delivered":
      "你撤回的内容不应投递这一事实，保留 30 天",
    "the last signature and its counter, until the next; a key to come back by, for a day":
      "最后一个签名及其计数，保留到下一个为止；供其返回用的密钥，保留一天",
    "the position, until you turn off": "接收进度，保留到你关闭为止",
    "until you unblock, or turn off": "保留到你取消屏蔽或关闭为止",
    "sealed, until you take this back, turn off, or the push service says that it is no more":
      "密封保存，直到你撤回、关闭，或推送服务表示该地址已不存在",
    "as that push service does": "由该推送服务决定",
    "both numbers and the text in memory until the SMS was handed over; that you had one sent, and what became of it, 3 days; how many SMS you had sent and the recipient got, counted under a key, 20 days at most":
      "两个号码和文字在内存中保留到短信交付发送为止；你请服务发送过短信及其结果，保留 3 天；你请服务发送了多少条、收件人收到了多少条，以密钥处理后计数，最多 20 天",

    // What it holds
    "which version of the contract this app speaks": "此应用使用的协议版本",
    "what the number is proved for": "证明号码的目的",
    "your number, and your invitation if you have one, sealed to the registration room":
      "你的号码，以及你的邀请码（如果有），密封后只有注册处能打开",
    "your signed consent, with your account's public key": "你签名的同意，附你账户的公钥",
    "the work that the service asked your device for": "服务要求你的设备完成的计算",
    "the name of the try": "这次尝试的名称",
    "the code from the SMS": "短信中的验证码",
    "your device's id": "你设备的标识",
    "a counter of its requests": "设备请求的计数",
    "proof that it was let in before": "此设备先前已获准进入的证明",
    "its signature": "设备的签名",
    "your number, sealed to the registration room": "你的号码，密封后只有注册处能打开",
    "the proof of your number": "你号码的证明",
    "your sealed record": "你的密封记录",
    "your account's public key": "你账户的公钥",
    "your device's public keys": "你设备的公钥",
    "its random name": "设备的随机名称",
    "what this app understands": "此应用能理解的内容",
    "your account's signature": "你账户的签名",
    "your account's id": "你账户的标识",
    "one-time public keys of this device": "此设备的一次性公钥",
    "a public key of this device for when those ran out": "此设备在一次性公钥用完时使用的公钥",
    "one number you text, or that texts you, blinded so that the service cannot read it":
      "一个你发消息给的号码或发消息给你的号码，以无法辨认的形式，服务无法读取",
    "the name of a public file": "一个公开文件的名称",
    "the lookup key of one number": "一个号码的查找密钥",
    "the account id of the person you text": "你发消息给的人的账户标识",
    "nothing but the request": "只有请求本身",
    "the right to put into the recipient's mailbox": "向收件人信箱投递的权利",
    "a random id": "一个随机标识",
    "encrypted texts and receipts, padded": "加密的消息和回执，填充到固定大小",
    "whether it is worth waking somebody": "是否值得唤醒某人",
    "what the service answered when it took the text": "服务接收消息时的答复",
    "what shows that the text is yours to take back": "表明这条消息由你发出、可以撤回的凭据",
    "nothing but that somebody is there": "只表明有人在线",
    "up to where this device has received": "此设备的接收进度",
    "how many addresses are wanted": "需要多少个地址",
    "of which kind": "地址的种类",
    "the serials of addresses you gave out": "你给出的地址的序号",
    "nothing but that this device is there": "只表明此设备在线",
    "the address that your browser's push service gave to this app":
      "你浏览器的推送服务给此应用的地址",
    "a public key of your browser for what comes there": "你的浏览器为到达该处的内容准备的公钥",
    "a secret for it": "与之配套的秘密",
    "the service's public key for pushes, and what your browser adds of its own":
      "服务的推送公钥，以及你的浏览器自行附加的内容",
    "the name that the service gave to the SMS": "服务给这条短信的名称",
    "your number, the recipient's and the text, sealed to the registration room":
      "你的号码、收件人的号码和文字，密封后只有注册处能打开",
    "the names of SMS that were sent for you": "替你发送的短信的名称",
  },
};
