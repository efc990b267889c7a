// Arabic: SMS that the service sends.
import type { relaying as english } from "./en-relaying.ts";
import type { Translated } from "./translated.ts";

export const relaying: Translated<typeof english> = {
  relayName: "رسائل SMS عبر الخدمة",
  relayHint: "لجهاز بلا شريحة SIM. تذهب الردود إلى رقمك، لا إلى هنا.",
  relayAskTitle: "هل تُرسل الخدمة رسائل SMS نيابةً عنك؟",
  relayAskWhat:
    "الرسائل التي تخرج عبر SMS تُرسلها الخدمة عندها، لا تطبيق SMS. وما إن تُسلَّم حتى لا يبقى لدى الخدمة رقم منها ولا كلمة.",
  relayAskRead:
    "هي غير مشفّرة: من ينقل رسائل SMS للخدمة، وشركات الاتصالات على الطريق، يستطيعون قراءتها.",
  relayAskAnswers:
    "تبدأ كل رسالة برقمك وتقول إن الردود تذهب إليه. وتصل الردود إلى الهاتف الذي يحمل هذا الرقم، لا إلى هنا.",
  relayAskBack: "تُرسل الخدمة عددًا قليلًا في اليوم. يمكنك التراجع عن هذا هنا في أي وقت.",
  relayAskYes: "نعم، عبر الخدمة",
  relayAskNo: "لا",
  lineSmsRelayHint: "تُرسلها الخدمة، غير مشفّرة؛ تذهب الردود إلى رقمك، لا إلى هنا",
  smsInsteadRelayed:
    "لم تعد مشفّرة: تُرسلها الخدمة، وتستطيع شركات الاتصالات قراءتها. تذهب الردود إلى رقمك، لا إلى هنا.",
  stateSentByService: "أرسلتها الخدمة عبر SMS",
};
