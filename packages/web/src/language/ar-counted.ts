// Arabic: the phrases that hold a count. Arabic has six forms; one and two are said without a figure.
import type { Catalogue } from "./en.ts";
import { plural } from "./plural.ts";

type SixForms = readonly [
  zero: string,
  one: string,
  two: string,
  few: string,
  many: string,
  other: string,
];

const inArabic = plural("ar");

function things(count: number, [zero, one, two, few, many, other]: SixForms): string {
  return inArabic(count, { zero, one, two, few, many, other });
}

// After a preposition.
function seconds(count: number): string {
  return things(count, ["# ثانية", "ثانية واحدة", "ثانيتين", "# ثوانٍ", "# ثانية", "# ثانية"]);
}

function items(count: number): string {
  return things(count, ["# عنصر", "عنصر واحد", "عنصران", "# عناصر", "# عنصرًا", "# عنصر"]);
}

export const counted = {
  lockAfterMinutes: (count) =>
    things(count, [
      "بعد # دقيقة من غيابه عن الشاشة",
      "بعد دقيقة واحدة من غيابه عن الشاشة",
      "بعد دقيقتين من غيابه عن الشاشة",
      "بعد # دقائق من غيابه عن الشاشة",
      "بعد # دقيقة من غيابه عن الشاشة",
      "بعد # دقيقة من غيابه عن الشاشة",
    ]),
  importReady: (count) =>
    things(count, [
      "# رقم جاهز",
      "رقم واحد جاهز",
      "رقمان جاهزان",
      "# أرقام جاهزة",
      "# رقمًا جاهزًا",
      "# رقم جاهز",
    ]),
  importNeedCountry: (count) =>
    things(count, [
      "# رقم يحتاج إلى بلد",
      "رقم واحد يحتاج إلى بلد",
      "رقمان يحتاجان إلى بلد",
      "# أرقام تحتاج إلى بلد",
      "# رقمًا يحتاج إلى بلد",
      "# رقم يحتاج إلى بلد",
    ]),
  importUnusable: (count) =>
    things(count, [
      "# عنصر لا يمكن استخدامه",
      "عنصر واحد لا يمكن استخدامه",
      "عنصران لا يمكن استخدامهما",
      "# عناصر لا يمكن استخدامها",
      "# عنصرًا لا يمكن استخدامه",
      "# عنصر لا يمكن استخدامه",
    ]),
  contactsImported: (count) =>
    things(count, [
      "# رقم له اسم الآن.",
      "رقم واحد له اسم الآن.",
      "رقمان لهما اسمان الآن.",
      "# أرقام لها أسماء الآن.",
      "# رقمًا لها أسماء الآن.",
      "# رقم لها أسماء الآن.",
    ]),
  unread: (count) =>
    things(count, [
      "# غير مقروءة",
      "رسالة واحدة غير مقروءة",
      "رسالتان غير مقروءتين",
      "# رسائل غير مقروءة",
      "# رسالة غير مقروءة",
      "# رسالة غير مقروءة",
    ]),
  noticeMissing: (count) =>
    things(count, [
      "# شيء أُرسل إليك لم يصل بعد.",
      "شيء أُرسل إليك لم يصل بعد.",
      "شيئان أُرسلا إليك لم يصلا بعد.",
      "# أشياء أُرسلت إليك لم تصل بعد.",
      "# شيئًا أُرسلت إليك لم تصل بعد.",
      "# شيء أُرسلت إليك لم تصل بعد.",
    ]),
  smsSegments: (count) =>
    things(count, [
      "العدد: # رسالة SMS.",
      "العدد: رسالة SMS واحدة.",
      "العدد: رسالتا SMS.",
      "العدد: # رسائل SMS.",
      "العدد: # رسالة SMS.",
      "العدد: # رسالة SMS.",
    ]),
  searchFound: (count) =>
    things(count, ["# رسالة", "رسالة واحدة", "رسالتان", "# رسائل", "# رسالة", "# رسالة"]),
  codeAgainIn: (count) => `رمز آخر بعد ${seconds(count)}`,
  waitSeconds: (count) => `تمكن إعادة المحاولة بعد ${seconds(count)}.`,
  ledgerItems: items,
  ledgerBefore: (count) => `قبل التفعيل: ${items(count)} من هذا التطبيق.`,
  ledgerBytes: (count) =>
    things(count, ["# بايت", "بايت واحد", "بايتان", "# بايتات", "# بايتًا", "# بايت"]),
} satisfies Partial<Catalogue>;
