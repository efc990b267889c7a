// Simplified Chinese: contacts, the import of an address book, countries and numbers that are typed.
import type { contactWords as english } from "./en-contacts.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const inChinese = plural("zh-Hans");

function things(count: number, other: string): string {
  return inChinese(count, { other });
}

export const contactWords: Translated<typeof english> = {
  contactsImported: (count) => things(count, "现在有 # 个号码有了名字。"),
  contactsNone: "此设备上还没有联系人。",
  contactsFind: "搜索你的联系人",
  contactAdd: "添加联系人",
  contactAddThis: "添加到联系人",
  contactDelete: "删除联系人",
  contactDeleteTitle: (name) => `删除 ${name}？`,
  contactDeleteHint: "你与此号码的消息会保留。",
  newMessageNobody: "联系人中没有人叫这个名字。",

  // An address book file, before anything of it is stored
  importTitle: "导入这些联系人？",
  importReady: (count) => things(count, "# 个号码可以导入"),
  importNeedCountry: (count) => things(count, "# 个号码需要选择国家或地区"),
  importUnusable: (count) => things(count, "# 个无法使用"),
  importKnownAs: (name) => `此前名为 ${name}`,
  importCountryHint: "没有国家/地区代码的号码会按那里的写法识别。",
  importYes: "导入这些号码",
  importDamaged: "名片已损坏。",

  // Countries, and numbers as people type them
  country: "国家或地区",
  countryChoose: "选择国家或地区",
  countryFind: "搜索国家或地区",
  countryNone: "没有国家或地区叫这个名字。",
  numberNeedsCountry: "请为它选择国家或地区，或以 + 和国家/地区代码开头。",
  numberNotOfCountry: "该国家或地区的号码不是这样写的。",
  numberUnreadable: "这不是电话号码。",
  numberShort: "这是某个网络的短号码。可以用你的短信应用给它发消息。",
  numberDialed: "这是拨号用的代码，无法给它发消息。",
  numberExtension: "这是一个分机号，收不到消息。",
};
