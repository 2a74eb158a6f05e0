/* What a voice is given to read: dates, times, telephone numbers and signs in words.

   Pure functions. The Chinese in this file is what is spoken in lessons, which are
   Chinese whatever the interface speaks; no word of the interface is here. */

const MOST = 120;
const DIGITS = "零一二三四五六七八九";
// In numbers of telephones a one is «yao», so that nobody hears a seven.
const DIALLED = "零幺二三四五六七八九";
const MEASURES =
  "课|步|题|个|分钟|秒|遍|次|人|位|门|天|周|星期|年|张|块|句|道|条|家|所|把|件|本|页|斤|两|杯|勺|碗|节|小时|岁|样|段|行|口|只|滴|片|层|圈|下|组|种|元|米|公斤|克|兆|倍";
const UNITS = [
  [/(\d) ?℃/g, "$1度"],
  [/(\d) ?(?:kg|KG|Kg)(?![a-zA-Z])/g, "$1公斤"],
  [/(\d) ?km(?![a-zA-Z])/g, "$1公里"],
  [/(\d) ?cm(?![a-zA-Z])/g, "$1厘米"],
  [/(\d) ?mm(?![a-zA-Z])/g, "$1毫米"],
  [/(\d) ?(?:ml|mL|ML)(?![a-zA-Z])/g, "$1毫升"],
  [/(\d) ?(?:MB|M)(?![a-zA-Z])/g, "$1兆"],
  [/(\d) ?g(?![a-zA-Z])/g, "$1克"],
  [/(\d) ?m(?![a-zA-Z])/g, "$1米"],
  [/[¥￥] ?(\d+(?:\.\d+)?)/g, "$1元"],
];

const spell = (digits, table) =>
  digits.replace(/\D/g, "").replace(/\d/g, (digit) => (table || DIALLED)[digit]);

function clockWords(whole, before, hour, minute) {
  let number = Number(hour);
  if (number > 24 || Number(minute) > 59) return whole;
  let part = before || "";
  // «14:30» by itself is «下午 2:30» to the ear.
  if (!part && number > 12 && number < 24) {
    part = number >= 18 ? "晚上" : "下午";
    number -= 12;
  }
  const words = number === 2 ? "两" : String(number);
  const rest = Number(minute);
  const tail = rest === 0 ? "" : (rest < 10 ? "零" + DIGITS[rest] : rest) + "分";
  return part + words + "点" + tail;
}

function dateWords(whole) {
  const [year, month, day] = whole.split(/[-/.]/);
  if (Number(month) > 12 || Number(day) > 31) return whole;
  return spell(year, DIGITS) + "年" + Number(month) + "月" + Number(day) + "日";
}

/* Groups of a telephone number with a pause between them. */
const dial = (number) =>
  number
    .split(/[- ]+/)
    .filter(Boolean)
    .map((group) => spell(group))
    .join("，");

function dialMobile(number) {
  const digits = number.replace(/\D/g, "");
  return dial(digits.slice(0, 3) + " " + digits.slice(3, 7) + " " + digits.slice(7));
}

/* Replaces a number that stands by itself: `shape` begins after whatever is no digit.
   (Looking behind is nothing that Safari 13 can do.) */
const alone = (text, shape, say) =>
  text.replace(
    new RegExp("(^|[^\\d.])(" + shape + ")(?!\\d)", "g"),
    (whole, before, number) => before + say(number)
  );

export function normalise(text) {
  let out = text
    .replace(/[\uff10-\uff19]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    .replace(/：(?=\d)/g, ":")
    .replace(/[\u00a0\u200b\u2009\u3000\s]+/g, " ");
  // Addresses of pages and letters are for eyes.
  out = out
    .replace(/(?:https?:\/\/|www\.)[^\s，。；！？、）)」』》]+/gi, "")
    .replace(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "");
  // Dates before telephone numbers: both have hyphens.
  out = alone(out, "(?:19|20)\\d\\d[-/.]\\d{1,2}[-/.]\\d{1,2}", dateWords);
  out = alone(out, "(?:19|20)\\d\\d ?年", (year) => spell(year, DIGITS) + "年");
  out = alone(out, "1[3-9]\\d[- ]?\\d{4}[- ]?\\d{4}", dialMobile);
  out = alone(out, "[48]00[- ]?\\d{3,4}[- ]?\\d{3,4}", dial);
  out = alone(out, "0\\d{2,3}[- ]\\d{3,4}[- ]?\\d{4}", dial);
  out = alone(out, "(?:12[0-9]{3}|100\\d\\d|9[56]\\d{3})(?!\\d|\\.\\d| ?[元块米年人])", dial);
  out = out.replace(/(打|拨|电话) ?(11[079]|12[02])(?!\d)/g, (whole, verb, number) => verb + spell(number));
  out = out
    .replace(/(\d{1,2}:\d\d) ?[-–—~～至] ?(?=\d{1,2}:\d\d)/g, "$1到")
    .replace(/(凌晨|早上|上午|中午|下午|晚上)? ?(\d+):(\d\d)(?!\d)/g, clockWords);
  out = out
    .replace(/(\d+(?:\.\d+)?) ?[%％]/g, "百分之$1")
    .replace(/(^|[^\d/])(\d{1,2})\/(\d{1,2})(?![\d/])/g, "$1$3分之$2")
    .replace(/(\d) ?[-–—~～] ?(?=\d)/g, "$1到")
    .replace(/(\d) ?[×x*] ?(?=\d)/g, "$1乘")
    .replace(/(\d) ?\+ ?(?=\d)/g, "$1加")
    .replace(/ ?= ?(?=\d)/g, "等于");
  UNITS.forEach((pair) => {
    out = out.replace(pair[0], pair[1]);
  });
  // «6 课» is one word; «2 课» is «两课», «第 2 课» is not.
  out = out
    .replace(/ (?=[\u4e00-\u9fff])/g, "")
    .replace(/([\u4e00-\u9fff]) /g, "$1")
    .replace(new RegExp("(^|[^第\\d.年月百到])2(?=(?:" + MEASURES + "))", "g"), "$1两");
  // Signs: a pause where the eye makes one, nothing where it does not.
  out = out
    .replace(/([\u4e00-\u9fff])\/(?=[\u4e00-\u9fff])/g, "$1或")
    .replace(/\//g, "，")
    .replace(/[（([【]/g, "，")
    .replace(/[）)\]】·•|…—–]+/g, "，")
    .replace(/ ?& ?/g, "和")
    .replace(/[「」『』《》〈〉“”‘’"'`*#_~^<>\\→←↑↓⊕✓✔★☆○●◎□■@]/g, "")
    .replace(/[\ud83c-\udbff][\udc00-\udfff]|[\u2600-\u27bf\ufe0f]/g, "");
  return out
    .replace(/ +/g, " ")
    .replace(/[，, ]*，[，, ]*/g, "，")
    .replace(/，(?=[。！？；、：])/g, "")
    .replace(/(^|[。！？；：])，/g, "$1")
    .replace(/^[，、 ]+|[，、： ]+$/g, "")
    .trim();
}

/* Pieces of at most 120 characters: at a comma if there is one, else anywhere. */
export function pieces(text) {
  const found = [];
  let rest = text;
  while (rest.length > MOST) {
    const head = rest.slice(0, MOST);
    const cut = Math.max(head.lastIndexOf("，"), head.lastIndexOf("、"), head.lastIndexOf("："));
    const at = cut > 20 ? cut + 1 : MOST;
    found.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  if (rest) found.push(rest);
  return found;
}
