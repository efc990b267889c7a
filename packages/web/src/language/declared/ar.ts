// Arabic: what the egress manifest declares.
import type { DeclaredWords } from "./declared-words.ts";

export const declared: DeclaredWords = {
  purposes: {
    service: "الرسائل الخاصة",
    discovery: "العثور على جهات اتصالك",
    receipts: "إشعارات القراءة",
    push: "إعلامك عندما يكون التطبيق مغلقًا",
    "sms-relay": "رسائل SMS عبر الخدمة",
  },
  between: "؛ ",
  phrases: {
    // Why
    "to learn the service's public keys": "لمعرفة المفاتيح العامة للخدمة",
    "to send you a code by SMS": "لإرسال رمز إليك عبر SMS",
    "to prove that the number is yours": "لإثبات أن الرقم لك",
    "to be found under the service's new key without another SMS":
      "للعثور عليك تحت المفتاح الجديد للخدمة من دون رسالة SMS أخرى",
    "so that people who have your number can reach you": "ليتمكن من لديه رقمك من الوصول إليك",
    "to keep what people find under your number up to date": "لتحديث ما يجده الآخرون تحت رقمك",
    "to begin anew after this device was set back to an earlier state":
      "للبدء من جديد بعد إعادة هذا الجهاز إلى حالة سابقة",
    "to leave": "لمغادرة الخدمة",
    "to leave without the phone": "لمغادرة الخدمة من دون الهاتف",
    "so that people can start a conversation while you are away":
      "ليتمكن الآخرون من بدء محادثة في غيابك",
    "to find out whether it can be reached privately":
      "لمعرفة ما إذا كان الوصول إلى الرقم برسائل خاصة ممكنًا",
    "to compare on this device whether a number is on the service":
      "للمقارنة على هذا الجهاز: هل الرقم موجود في الخدمة",
    "to get the public key of the person you text, or who texted you":
      "للحصول على المفتاح العام لمن تراسله أو راسلك",
    "to start a conversation": "لبدء محادثة",
    "to open a connection for sending that does not say whose it is":
      "لفتح اتصال للإرسال لا يُظهر لمن هو",
    "to send": "للإرسال",
    "to learn whether texts you sent still wait, or were lost":
      "لمعرفة ما إذا كانت رسائل أرسلتها ما زالت تنتظر أو ضاعت",
    "to take back a text that no device of the recipient has, so that it can go another way":
      "لاسترجاع رسالة ليست على أي جهاز للمستلِم، لتذهب بطريق آخر",
    "to notice a connection that is dead": "لملاحظة انقطاع الاتصال",
    "to open a connection for receiving": "لفتح اتصال للاستلام",
    "to receive what waits for this device": "لاستلام ما ينتظر هذا الجهاز",
    "so that the service deletes it": "لتحذف الخدمة ما وصل",
    "to give the people you write with the right to write to you":
      "لمنح من بينك وبينهم مراسلة حق الكتابة إليك",
    "so that what comes through them is dropped": "ليُهمَل ما يأتي عبر هذه العناوين",
    "so that your browser is woken when something comes while the app is closed":
      "ليُوقَظ متصفحك عند وصول شيء والتطبيق مغلق",
    "so that the service forgets where to wake your browser": "لتنسى الخدمة أين توقظ متصفحك",
    "to get an address at which your browser can be woken":
      "للحصول على عنوان يمكن إيقاظ متصفحك عنده",
    "to give that address up": "للتخلي عن ذلك العنوان",
    "so that an SMS is sent once, also where an answer is lost":
      "لتُرسَل رسالة SMS مرة واحدة، حتى إن ضاع الرد",
    "to have an SMS sent for you, where this device has no SIM":
      "لتُرسَل رسالة SMS نيابةً عنك، إذ لا شريحة SIM في هذا الجهاز",
    "to learn whether an SMS that was sent for you arrived":
      "لمعرفة ما إذا وصلت رسالة SMS أُرسلت نيابةً عنك",

    // Who can read it
    "the service": "الخدمة",
    "the registration room; your carrier, as an SMS":
      "قسم التسجيل في الخدمة؛ وشركة اتصالاتك، بصفتها رسالة SMS",
    "the registration room": "قسم التسجيل في الخدمة",
    "the service; the record only by who knows your number":
      "الخدمة؛ أما السجل فلا يقرؤه إلا من يعرف رقمك",
    "the service, and whoever starts a conversation with you": "الخدمة، ومن يبدأ محادثة معك",
    "the number by nobody; the rest by the service, which counts it":
      "الرقم لا يقرؤه أحد؛ والباقي تقرؤه الخدمة، وهي تعدّه",
    "the service, which cannot tell the number from it unless it abuses its key":
      "الخدمة، ولا تستطيع معرفة الرقم منه إلا إذا أساءت استخدام مفتاحها",
    "the service, which is not told who asks": "الخدمة، ولا تُخبَر بمن يسأل",
    "the content only by the recipient; size, time, mailbox, and that what goes over one connection has one sender, by the service":
      "المحتوى لا يقرؤه إلا المستلِم؛ أما الحجم والوقت وصندوق البريد، وأن ما يمر عبر اتصال واحد له مرسِل واحد، فتراها الخدمة",
    "the service, which also sees that what is asked over one connection has one sender":
      "الخدمة، وترى أيضًا أن ما يُسأل عنه عبر اتصال واحد له مرسِل واحد",
    "the service, which also sees that what goes over one connection has one sender":
      "الخدمة، وترى أيضًا أن ما يمر عبر اتصال واحد له مرسِل واحد",
    "the service, which gives your browser's push service nothing but random bytes":
      "الخدمة، ولا تعطي خدمة الإشعارات في متصفحك سوى بايتات عشوائية",
    "the push service of your browser's maker, which learns that this browser wants to be woken for this service; later, when":
      "خدمة الإشعارات لدى الجهة المطوّرة لمتصفحك، وتعلم أن هذا المتصفح يريد أن يُوقَظ لهذه الخدمة؛ ولاحقًا متى",
    "the push service of your browser's maker": "خدمة الإشعارات لدى الجهة المطوّرة لمتصفحك",
    "the registration room; whoever carries SMS for this service, and the recipient's carrier, as an SMS":
      "قسم التسجيل في الخدمة؛ ومن ينقل رسائل SMS لهذه الخدمة وشركة اتصالات المستلِم، بصفتها رسالة SMS",

    // How long it is kept
    "not kept": "لا يُحتفظ به",
    "the number until the SMS is handed over; what follows from it for 10 minutes, sealed under a secret that only your device keeps; how many SMS the number was sent, counted under a key, 20 days at most; where you ask for no codes ever, a mark of the number under a key, for good":
      "الرقم حتى تسليم رسالة SMS؛ وما يُشتق منه 10 دقائق، مختومًا بسر لا يحتفظ به إلا جهازك؛ وعدد رسائل SMS التي أُرسلت إلى الرقم، معدودًا تحت مفتاح، 20 يومًا على الأكثر؛ وعند طلب ألا تصلك رموز أبدًا، علامة للرقم تحت مفتاح، إلى الأبد",
    "the number while it is compared; the rest is not kept":
      "الرقم أثناء مقارنته؛ أما الباقي فلا يُحتفظ به",
    "until you turn off": "إلى حين الإيقاف",
    "public keys until used, or until you turn off":
      "المفاتيح العامة إلى حين استخدامها أو إلى حين الإيقاف",
    "the ids of account and mailboxes, so that senders learn that you left, for 400 days":
      "معرّفات الحساب وصناديق البريد 400 يوم، ليعلم المرسِلون بمغادرتك",
    "until used, or until you turn off": "إلى حين استخدامها أو إلى حين الإيقاف",
    "how many lookups were used, 20 days at most": "عدد عمليات البحث المستخدمة، 20 يومًا على الأكثر",
    "until the recipient has it, 31 days at most": "حتى يصبح لدى المستلِم، 31 يومًا على الأكثر",
    "for 30 days, that what you took back is not to be delivered":
      "30 يومًا: أن ما استُرجع من جهتك لا يُسلَّم",
    "the last signature and its counter, until the next; a key to come back by, for a day":
      "آخر توقيع وعدّاده، حتى التوقيع التالي؛ ومفتاح للعودة، ليوم واحد",
    "the position, until you turn off": "الموضع، إلى حين الإيقاف",
    "until you unblock, or turn off": "إلى حين إلغاء الحظر أو الإيقاف",
    "sealed, until you take this back, turn off, or the push service says that it is no more":
      "مختومًا، إلى حين التراجع عن هذا أو الإيقاف، أو حتى تقول خدمة الإشعارات إن العنوان لم يعد موجودًا",
    "as that push service does": "كما تفعل خدمة الإشعارات تلك",
    "both numbers and the text in memory until the SMS was handed over; that you had one sent, and what became of it, 3 days; how many SMS you had sent and the recipient got, counted under a key, 20 days at most":
      "الرقمان والنص في الذاكرة حتى تسليم رسالة SMS؛ وأن رسالة أُرسلت نيابةً عنك وما آل إليه أمرها، 3 أيام؛ وعدد رسائل SMS التي أُرسلت نيابةً عنك والتي استلمها المستلِم، معدودًا تحت مفتاح، 20 يومًا على الأكثر",

    // What it holds
    "which version of the contract this app speaks": "إصدار البروتوكول الذي يتحدث به هذا التطبيق",
    "what the number is proved for": "الغرض من إثبات الرقم",
    "your number, and your invitation if you have one, sealed to the registration room":
      "رقمك، ودعوتك إن كانت لديك دعوة، مختومين لقسم التسجيل",
    "your signed consent, with your account's public key":
      "موافقتك الموقّعة، مع المفتاح العام لحسابك",
    "the work that the service asked your device for":
      "العملية الحسابية التي طلبتها الخدمة من جهازك",
    "the name of the try": "اسم المحاولة",
    "the code from the SMS": "الرمز الوارد في رسالة SMS",
    "your device's id": "معرّف جهازك",
    "a counter of its requests": "عدّاد طلباته",
    "proof that it was let in before": "إثبات أنه سُمح له بالدخول من قبل",
    "its signature": "توقيعه",
    "your number, sealed to the registration room": "رقمك، مختومًا لقسم التسجيل",
    "the proof of your number": "إثبات رقمك",
    "your sealed record": "سجلك المختوم",
    "your account's public key": "المفتاح العام لحسابك",
    "your device's public keys": "المفاتيح العامة لجهازك",
    "its random name": "اسمه العشوائي",
    "what this app understands": "ما يفهمه هذا التطبيق",
    "your account's signature": "توقيع حسابك",
    "your account's id": "معرّف حسابك",
    "one-time public keys of this device": "مفاتيح عامة لهذا الجهاز للاستخدام مرة واحدة",
    "a public key of this device for when those ran out":
      "مفتاح عام لهذا الجهاز لحين نفاد تلك المفاتيح",
    "one number you text, or that texts you, blinded so that the service cannot read it":
      "رقم تُرسَل إليه رسالة منك أو تصلك منه رسالة، مموّهًا بحيث لا تستطيع الخدمة قراءته",
    "the name of a public file": "اسم ملف عام",
    "the lookup key of one number": "مفتاح البحث لرقم واحد",
    "the account id of the person you text": "معرّف حساب من تُرسَل إليه رسائلك",
    "nothing but the request": "لا شيء سوى الطلب",
    "the right to put into the recipient's mailbox": "حق الإيداع في صندوق بريد المستلِم",
    "a random id": "معرّف عشوائي",
    "encrypted texts and receipts, padded": "رسائل وإشعارات مشفّرة، مُكمَّلة إلى أحجام ثابتة",
    "whether it is worth waking somebody": "هل يستحق إيقاظ أحد",
    "what the service answered when it took the text": "ما أجابت به الخدمة عند أخذ الرسالة",
    "what shows that the text is yours to take back": "ما يُظهر أن الرسالة لك ولك استرجاعها",
    "nothing but that somebody is there": "لا شيء سوى أن أحدًا هناك",
    "up to where this device has received": "الموضع الذي بلغه هذا الجهاز في الاستلام",
    "how many addresses are wanted": "عدد العناوين المطلوبة",
    "of which kind": "نوعها",
    "the serials of addresses you gave out": "الأرقام التسلسلية للعناوين التي أعطيتها للآخرين",
    "nothing but that this device is there": "لا شيء سوى أن هذا الجهاز هناك",
    "the address that your browser's push service gave to this app":
      "العنوان الذي أعطته خدمة الإشعارات في متصفحك لهذا التطبيق",
    "a public key of your browser for what comes there": "مفتاح عام لمتصفحك لما يصل إلى هناك",
    "a secret for it": "سر له",
    "the service's public key for pushes, and what your browser adds of its own":
      "المفتاح العام للخدمة للإشعارات، وما يضيفه متصفحك من عنده",
    "the name that the service gave to the SMS": "الاسم الذي أعطته الخدمة لرسالة SMS",
    "your number, the recipient's and the text, sealed to the registration room":
      "رقمك ورقم المستلِم والنص، مختومة لقسم التسجيل",
    "the names of SMS that were sent for you": "أسماء رسائل SMS التي أُرسلت نيابةً عنك",
  },
};
