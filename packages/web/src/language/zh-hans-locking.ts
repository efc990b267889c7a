// Chinese, simplified: the app lock.
import type { locking as english } from "./en-locking.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things = plural("zh-Hans");

export const locking: Translated<typeof english> = {
  lockName: "应用锁",
  lockSwitch: "锁定应用",
  lockHint: "打开应用前，此设备会确认是你本人。",
  lockAskTitle: "在此设备上锁定应用？",
  lockAskWhat:
    "应用通过指纹、面容或 PIN 打开，与你的设备识别你的方式相同。启动时会锁定，一段时间不在屏幕上后也会锁定。锁定时，通知只说有内容到达。",
  lockAskNot: "它能挡住拿起此设备的人。它不会另外加密任何内容，熟悉浏览器的人也许能绕过它。",
  lockAskPasskey:
    "你的设备会为此保存一个通行密钥，其中有此服务的名称。设备厂商可能会把它复制到你的其他设备。",
  lockAskLost: "如果设备不再认得你，就只能从头开始：届时会删除此处应用中的全部内容。",
  lockAskYes: "好，锁定",
  lockAskNo: "不用",
  lockFailed: "你的设备没有认出你。",
  lockAfter: "何时锁定",
  lockAtOnce: "一离开屏幕就锁定",
  lockAfterMinutes: (count) => things(count, { other: "离开屏幕 # 分钟后" }),
  lockNow: "立即锁定",
  lockedTitle: "已锁定",
  lockedHint: "消息仍会到达。解锁后即可看到。",
  lockOpen: "解锁",
  lockLost: "我无法解锁",
  lockLostTry: "你的设备也许可以改用 PIN 或密码。重新启动浏览器或设备也可能有用。",
  lockLostAnew:
    "否则只能从头开始：届时会从此设备删除此应用的消息、联系人和密钥。重新证明你的号码后，私密消息即可继续；在那之前等待你的内容不会送达。",
  lockBeginAnew: "全部删除并从头开始",
};
