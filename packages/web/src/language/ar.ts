// Arabic, modern standard. Nobody's gender is assumed: nouns of action stand where other languages command.
import { contactWords } from "./ar-contacts.ts";
import { conversing } from "./ar-conversing.ts";
import { counted } from "./ar-counted.ts";
import { errors } from "./ar-errors.ts";
import { leaving } from "./ar-leaving.ts";
import { locking } from "./ar-locking.ts";
import { relaying } from "./ar-relaying.ts";
import { turningOn } from "./ar-turning-on.ts";
import { waking } from "./ar-waking.ts";
import type { Catalogue } from "./en.ts";
import { isolated } from "./isolated.ts";

export const ar: Catalogue = {
  appName: "Assent",
  errors,
  ...conversing,
  ...leaving,
  ...locking,
  ...relaying,
  ...waking,
  ...counted,

  // Words used in several places.
  back: "رجوع",
  cancel: "إلغاء",
  close: "إغلاق",
  tryAgain: "إعادة المحاولة",
  loading: "جارٍ التحميل…",

  // Welcome
  welcomeTitle: "مراسلة برقم الهاتف.",
  welcomeTitleYes: "وبرسائل خاصة، إن وافقت.",
  welcomePoint1: "متوقفة إلى حين موافقتك. وحتى ذلك الحين لا يغادر شيء هذا الجهاز.",
  welcomePoint2:
    "مشفّرة من طرف إلى طرف. لا تستطيع الخدمة قراءة رسائلك، ولا تُرسَل إليها جهات اتصالك أبدًا.",
  welcomePoint3:
    "يمكنك التأكد: كل بايت يرسله هذا التطبيق مذكور في قائمة، والإيقاف يحذف ما تحتفظ به الخدمة.",
  welcomeImport: "استيراد جهات اتصالك",
  welcomeImportHint: `من ملف vCard (${isolated(".vcf")}). تبقى على هذا الجهاز.`,
  welcomeStart: "بدء",
  welcomeInstall: "تثبيت التطبيق",

  // The list of conversations
  conversations: "الرسائل",
  newMessage: "رسالة جديدة",
  search: "بحث",
  whatLeft: "ما غادر هذا الجهاز",
  settings: "الإعدادات",
  noConversations: "البداية برقم هاتف.",
  noConversationsHint: "تظهر هنا الرسائل المكتوبة والمستلَمة.",
  chooseConversation: "يمكنك اختيار محادثة",
  previewDraft: "مسودة:",
  previewYou: "أنت:",

  // The banner above the list
  bannerOff: "الرسائل الخاصة متوقفة",
  bannerOffHint: "لم يرسل هذا التطبيق شيئًا.",
  bannerOffAfterHint: "لا يرسل هذا التطبيق شيئًا.",
  bannerUnproved: "لم يتم إثبات رقمك بعد",
  bannerVerifying: "كتابة الرمز الوارد في رسالة SMS",
  bannerVerifyingHint: "بعدها تصبح الرسائل الخاصة مفعّلة.",
  bannerOn: "الرسائل الخاصة مفعّلة",
  bannerOnHint: "يمكنك إيقافها في أي وقت. عندها يُحذف ما تحتفظ به الخدمة.",
  bannerServiceEnds: (date) => `تتوقف هذه الخدمة في ${isolated(date)}`,
  bannerServiceEndsHint: "بعد ذلك تُرسَل رسائلك عبر SMS. وما هو هنا يبقى هنا.",
  bannerServiceEnded: "توقفت هذه الخدمة",
  bannerServiceEndedHint: "تُرسَل الرسائل الآن عبر SMS. وما هو هنا يبقى هنا.",
  bannerOffline: "لا يوجد اتصال",
  bannerOfflineHint: "تُرسَل الرسائل المكتوبة عند توفّر الاتصال.",
  bannerPaused: "تغيّرت سياسة الخصوصية",
  bannerPausedHint: "الرسائل الخاصة معلّقة إلى حين إجابتك.",
  bannerLeaving: "تم الإيقاف هنا الآن",
  bannerLeavingHint: "الحذف من الخادم ينتظر الاتصال.",
  bannerEnded: "هذا الرقم لدى هاتف آخر الآن",
  bannerEndedHint: "الرسائل الخاصة متوقفة هنا. يمكنك تفعيلها من جديد.",
  bannerLeft: "أُوقفت الرسائل الخاصة",
  bannerLeftHint: "من نسخة من هذا الجهاز. يمكنك تفعيلها من جديد.",
  bannerLeftByNumberHint: "من شخص وصله رمز على هذا الرقم. يمكنك تفعيلها من جديد.",
  bannerUnknown: "لم تعد الخدمة تعرف هذا الجهاز",
  bannerAction: "فتح",
  switchLabel: "الرسائل الخاصة",
  on: "مفعّلة",
  off: "متوقفة",

  // New message
  newMessageTo: "إلى",
  newMessageHint: "رقم هاتف، أو اسم من جهات اتصالك",
  newMessageNumber: (number) => `مراسلة ${isolated(number)}`,
  routePrivate: "خاصة",
  routeSms: "SMS",
  routeUnchecked: "لم يُفحص",

  // A thread
  messagesWith: (name) => `الرسائل مع ${isolated(name)}`,
  privateVerified: "خاصة · تم التحقق",
  textMessage: "رسالة نصية (SMS)",
  linePrivate: "خاصة",
  linePrivateHint: "مشفّرة من طرف إلى طرف",
  linePrivateVerifiedHint: "لا يستطيع قراءتها أحد غيركما",
  lineSms: "SMS",
  lineSmsHint: "غير مشفّرة، وتستطيع شركة الاتصالات قراءتها",
  lineChecking: "جارٍ الفحص",
  lineCheckingHint: "لمعرفة إمكان الوصول إلى هذا الرقم برسالة خاصة",
  lineUnchecked: "لم يُفحص",
  lineUncheckedHint: "لا يوجد اتصال؛ تُرسَل الرسالة خاصةً أو لا تُرسَل أبدًا",
  lineChanged: "تغيّر هذا أثناء الكتابة.",
  commaBetween: "، ",
  colonAfter: ": ",
  lineSeen: "رأيتُ ذلك",
  useSms: "الإرسال عبر SMS بدلًا من ذلك",
  writePrivate: "رسالة خاصة",
  writeSms: "رسالة نصية",
  send: "إرسال",
  sendPrivateLabel: "الإرسال كرسالة خاصة",
  sendSmsLabel: "إرسال رسالة SMS، غير مشفّرة",
  today: "اليوم",
  newTexts: "رسائل جديدة",
  jumpToLatest: "الانتقال إلى الأحدث",
  stateQueued: "جارٍ الإرسال",
  stateWaiting: "سيتم الإرسال عند الاتصال",
  stateHeldUp: "بانتظار الإرسال",
  stateSent: "تم الإرسال",
  stateDelivered: "تم التسليم",
  stateRead: "تمت القراءة",
  stateNotDelivered: "لم يتم التسليم",
  stateNotKnown: "لا يُعرف إن كانت قد وصلت",
  stateTakingBack: "بانتظار استرجاعها",
  stateTaken: "وصلت إلى هاتف المستلم",
  stateHandoff: "سُلّمت إلى تطبيق SMS لديك",
  copy: "نسخ",
  copied: "نُسخ",
  handoffAsk: "هل فُتح تطبيق SMS لديك؟",
  handoffAgain: "الفتح مرة أخرى",
  handoffScan: "للإرسال من هاتفك: مسح هذا الرمز ضوئيًا",
  sms: "SMS",
  fromYou: "أنت",
  notUnderstood: "أُرسل هنا شيء لا يستطيع هذا الإصدار من التطبيق عرضه.",
  notOpened: "وصل شيء تعذّر فتحه هنا.",
  unseenText: "رسالة بلا أي حرف مرئي.",
  unsentText: "سحب المرسل هذه الرسالة.",
  noticeKeyChanged: "تغيّر مفتاح هذا الرقم: هاتف جديد، أو شخص آخر.",
  noticeRestarted: "بدأت المحادثة من جديد.",
  keyChangedTitle: "تغيّر مفتاح هذا الرقم",
  keyChangedHint: "هاتف جديد، أو شخص آخر. يُرجى سؤال صاحب الرقم قبل المتابعة.",
  acceptKey: "قبول المفتاح الجديد",
  blockedTitle: "هذا الرقم محظور من جهتك",
  unblock: "إلغاء الحظر",
  smsInsteadTitle: "هل تُرسَل عبر SMS بدلًا من ذلك؟",
  smsInsteadLost: "عندها لا تعود مشفّرة: تستطيع شركة الاتصالات قراءتها، وقد تحتسب رسومًا عليها.",

  ...contactWords,

  // A person
  person: "الشخص",
  personName: "الاسم",
  personNameHint: "على هذا الجهاز فقط",
  save: "حفظ",
  personRoute: "طريقة الوصول",
  checkNow: "الفحص الآن",
  verify: "التحقق",
  verifyHint: "مقارنة الأرقام للتأكد من أن أحدًا غيركما لا يستطيع قراءتها.",
  verified: "تم التحقق",
  mute: "كتم",
  muteHint: "لا إشعار ولا صوت، ولا يُحتسب في العنوان.",
  block: "حظر",
  blockHint: "يُهمَل ما يأتي من هذا الرقم، ولا يُبلَّغ صاحبه بذلك.",

  // Verify
  verifyTitle: (name) => `التحقق من ${isolated(name)}`,
  verifyHow:
    "المطلوب مقارنة هذه الأرقام بالأرقام على شاشة الطرف الآخر، جنبًا إلى جنب أو في مكالمة. إن كانت متطابقة، فلا أحد يقف بينكما.",
  verifyQr: "الأرقام على شكل رمز QR",
  verifyNotYet: "تتوفر أرقام للمقارنة بعد تبادل رسائل خاصة.",
  verifySame: "الأرقام متطابقة",
  verifyUndo: "إلغاء التحقق",
  verifyCamera: "قراءة رمز الطرف الآخر",
  verifyCameraHow:
    "المطلوب توجيه هذا الجهاز نحو الشاشة الأخرى. ما تراه الكاميرا يبقى هنا ولا يُحفظ.",
  verifyCameraStop: "إيقاف الكاميرا",
  verifyCameraRefused: "تعذّر استخدام الكاميرا. يمكن السماح بها في المتصفح، أو مقارنة الأرقام.",
  verifyDifferent:
    "هذا رمز مختلف. يُرجى التأكد من أنه رمز هذه المحادثة. إن كان كذلك، فلا يُنصح بالوثوق بها.",

  // Search
  searchLabel: "البحث في الرسائل على هذا الجهاز",
  searchIn: (name) => `البحث في الرسائل مع ${isolated(name)}`,
  searchHint: "لا يغادر هذا الجهازَ شيء مما يُبحث عنه.",
  searchNone: "لا توجد رسالة فيها هذه الكلمات.",
  searchMore: "البحث في رسائل أقدم",

  ...turningOn,

  // Further purposes
  askReceiptsTitle: "هل يُبلَّغ الناس عند قراءتك رسائلهم؟",
  askReceiptsWhat:
    "عند تفعيل هذا، يرى من بينك وبينهم مراسلة «تمت القراءة» عند فتحك رسائلهم، مشفّرةً كأي رسالة. يمكنك التراجع في أي وقت. المراسلة ممكنة في الحالتين.",
  askReceiptsYes: "إرسال إشعارات القراءة",
  askReceiptsNo: "عدم إرسالها",

  // Settings
  settingsPrivate: "الرسائل الخاصة",
  settingsNumber: "رقمك",
  settingsConsent: "موافقتك",
  settingsConsentGiven: (date, version) =>
    `${isolated(date)}، على سياسة الخصوصية، الإصدار ${isolated(`${version}`)}`,
  settingsReceipts: "إشعارات القراءة",
  settingsReceiptsHint: "يرى من بينك وبينهم مراسلة «تمت القراءة».",
  settingsTurnOff: "إيقاف وحذف",
  settingsTurnOn: "تفعيل",
  settingsReceipt: "إيصال آخر حذف",
  settingsNotifications: "الإشعارات",
  notificationsShow: "عرض الإشعارات",
  notificationsShowHint: "ما دام التطبيق مفتوحًا وليس أمامك. لا يُرسَل شيء من أجل ذلك.",
  notificationsDenied: "متصفحك لا يسمح بها هنا. يمكنك تغيير ذلك في إعداداته.",
  notificationsWords: "عرض نص الرسالة",
  notificationsWordsHint: "وإلا فلا يظهر إلا مَن كتب.",
  notificationsSound: "الصوت",
  notificationsSoundHint: "نغمة قصيرة عند وصول رسالة.",
  settingsContacts: "جهات الاتصال",
  settingsContactsHint: "لا تغادر هذا الجهاز أبدًا.",
  settingsImport: "استيراد ملف vCard",
  settingsLook: "المظهر",
  themeSystem: "كما في النظام",
  themeLight: "فاتح",
  themeDark: "داكن",
  settingsLanguage: "اللغة",
  settingsAbout: "حول التطبيق",
  settingsAboutHint:
    "تطبيق الويب يثق بالخدمة التي حُمِّل منها. أما برنامج سطر الأوامر فلا يحتاج إلى ذلك.",
  storagePersistent: "يحتفظ هذا المتصفح برسائلك.",
  storageBestEffort:
    "قد يحذف هذا المتصفح رسائلك عند نقص المساحة. تثبيت التطبيق يساعد على تجنّب ذلك.",

  // When the phone cannot be opened
  inUseTitle: "تطبيق Assent مفتوح في علامة تبويب أخرى",
  inUseHint:
    "لا يمكن الكتابة إلا من علامة تبويب واحدة في كل مرة، كي لا يُستخدم أي مفتاح مرتين أبدًا.",
  useHere: "الاستخدام هنا",
  takenOverTitle: "تولّت علامة تبويب أخرى العمل",
  takenOverHint: "رسائلك هناك الآن.",
  storageTitle: "لا يمكن فتح رسائلك",
  storageHint: "يُرجى إخلاء بعض المساحة ثم إعادة المحاولة. لم يُحذف شيء.",
  damagedTitle: "النسخة في هذا المتصفح تالفة أو مفقودة",
  damagedHint: "يمكنك البدء من جديد: عندها تُحذف الرسائل وجهات الاتصال على هذا الجهاز.",
  startAfresh: "البدء من جديد",

  // Updating
  updateReady: "إصدار جديد جاهز",
  updateNow: "التحديث الآن",
};
