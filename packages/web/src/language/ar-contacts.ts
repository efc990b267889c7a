// Arabic: contacts, the import of an address book, countries and numbers that are typed.

import type { counted } from "./ar-counted.ts";
import type { contactWords as english } from "./en-contacts.ts";
import { isolated } from "./isolated.ts";
import type { Translated } from "./translated.ts";

export const contactWords: Omit<Translated<typeof english>, keyof typeof counted> = {
  contactsNone: "لا توجد جهات اتصال على هذا الجهاز بعد.",
  contactsFind: "البحث في جهات اتصالك",
  contactAdd: "إضافة جهة اتصال",
  contactAddThis: "إضافة إلى جهات الاتصال",
  contactDelete: "حذف جهة الاتصال",
  contactDeleteTitle: (name) => `هل تُحذف جهة الاتصال ${isolated(name)}؟`,
  contactDeleteHint: "تبقى رسائلك مع هذا الرقم.",
  newMessageNobody: "لا أحد في جهات اتصالك بهذا الاسم.",

  // An address book file, before anything of it is stored
  importTitle: "هل تُستورد جهات الاتصال هذه؟",
  importKnownAs: (name) => `اسمه حتى الآن ${isolated(name)}`,
  importCountryHint: "الأرقام التي بلا رمز بلد تُقرأ كما تُكتب هناك.",
  importYes: "استيراد ما هو جاهز",
  importDamaged: "البطاقة تالفة.",

  // Countries, and numbers as people type them
  country: "البلد أو المنطقة",
  countryChoose: "اختيار البلد أو المنطقة",
  countryFind: "البحث عن بلد أو منطقة",
  countryNone: "لا يوجد بلد بهذا الاسم.",
  numberNeedsCountry: `يُرجى اختيار بلد له، أو البدء بعلامة ${isolated("+")} ثم رمز البلد.`,
  numberNotOfCountry: "لا يُكتب رقم من هذا البلد هكذا.",
  numberUnreadable: "هذا ليس رقم هاتف.",
  numberShort: "هذا رقم قصير لشبكة واحدة. يمكن لتطبيق SMS مراسلته.",
  numberDialed: "هذا رمز للاتصال، ولا تصله الرسائل.",
  numberExtension: "يصل إلى رقم داخلي لا تصله الرسائل.",
};
