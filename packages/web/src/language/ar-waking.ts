// Arabic: being told of texts while the app is closed.
import type { waking as english } from "./en-waking.ts";
import type { Translated } from "./translated.ts";

export const waking: Translated<typeof english> = {
  wakingName: "عندما يكون التطبيق مغلقًا",
  wakingHint: "عندها تعلم الجهة المطوّرة لمتصفحك متى يصل شيء.",
  wakingAskTitle: "هل نُعلمك بالرسائل عندما يكون التطبيق مغلقًا؟",
  wakingAskWhat:
    "يطلب متصفحك عنوانًا من خدمة الإشعارات لدى الجهة المطوّرة له، ويحتفظ به خادمنا. وعندما يصل شيء يخبر خادمنا تلك الخدمة، فتوقظ متصفحك.",
  wakingAskLearns:
    "تعلم خدمة الإشعارات أن شيئًا وصل، ومتى، ولأي عنوان. ولا تعلم أبدًا ما كُتب ولا من كتبه.",
  wakingAskBack: "يمكنك التراجع عن هذا هنا في أي وقت. عندها يُتخلّى عن العنوان.",
  wakingAskYes: "نعم، أعلموني",
  wakingAskNo: "لا",
  wakingFailed: "لم ينجح ذلك: لم يحصل متصفحك على عنوان تستطيع هذه الخدمة استخدامه.",
  wokenText: "رسالة جديدة",
  wokenHint: "يمكن قراءتها في التطبيق.",
};
