"""Grammars that write the sentences of the synthetic manuals.

Both classes offer the same methods, so that `generator` need not know the language: `step` (a remedy without its
full stop), `cause`, `title` (a fault's name), `effect`, `escalation` (a sentence), `noun`, `remark` and `question`.
A share of all content is made of words that exist nowhere, so that the model cannot learn the content.
"""

import identifiers as ids
import lexicon_en as en
import lexicon_zh as zh


class Lists:
    """The training or held-out part of a lexicon's lists, looked up by name."""

    def __init__(self, lexicon, held_out):
        for name in dir(lexicon):
            entries = getattr(lexicon, name)
            if name.isupper() and isinstance(entries, list):
                setattr(self, name, en.split(entries, held_out) or entries)


class English:
    code = "en"
    stop = "."

    def __init__(self, rng, held_out=False, invented=0.3):
        self.rng, self.invented = rng, invented
        self.held_out = held_out
        self.w = Lists(en, held_out)

    def pick(self, entries):
        return self.rng.choice(entries)

    def word(self):
        """A word that exists nowhere."""
        r = self.rng
        if r.random() < 0.15:
            return "".join(r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(r.randint(2, 9)))
        return "".join(r.choice(en.SYLLABLES) for _ in range(r.randint(1, 3))) + r.choice(en.ENDINGS)

    def noun(self):
        r = self.rng
        if r.random() < self.invented:
            return self.word() + (" " + self.pick(self.w.PARTS) if r.random() < 0.4 else "")
        noun = self.pick(self.w.PARTS)
        return self.pick(self.w.ADJECTIVES) + " " + noun if r.random() < 0.2 else noun

    def place(self):
        r = self.rng
        if r.random() < self.invented:
            return self.pick(["in", "on", "at", "behind", "near", "of", "under"]) + " the " + self.noun()
        return self.pick(self.w.PLACES)

    def item(self):
        """A noun with or without its designation and place."""
        r = self.rng
        text = "the " + self.noun() if r.random() < 0.85 else self.noun()
        form = r.random()
        if form < 0.3:
            text += " " + ids.device(r)
        elif form < 0.42:
            text += " " + self.place()
        elif form < 0.5:
            text += " (" + ids.part(r) + ")"
        return text

    def quantity(self):
        return self.word() if self.rng.random() < self.invented / 2 else self.pick(self.w.QUANTITIES)

    def value(self):
        return ids.value(self.rng, self.w.UNITS)

    def condition(self):
        r = self.rng
        return self.pick([
            lambda: f"if it {self.pick(self.w.STATES)}", lambda: f"if {self.item()} {self.pick(self.w.STATES)}",
            lambda: f"when the {self.quantity()} is {self.pick(['above', 'below', 'under', 'over'])} {self.value()}",
            lambda: f"until the {self.quantity()} reaches {self.value()}", lambda: f"before you open {self.item()}",
            lambda: f"if the {self.quantity()} is not {self.value()}", lambda: f"every {r.randint(2, 900)} h", lambda: "if necessary",
            lambda: f"after {r.randint(2, 60)} {self.pick(['s', 'min', 'cycles', 'hours', 'shifts'])}"])()

    def clause(self):
        r, p = self.rng, self.pick
        it, val = self.item, self.value
        return p([
            lambda: f"check {it()}", lambda: f"check {it()} and {it()}", lambda: f"check that {it()} {p(self.w.GOOD_STATES)}",
            lambda: f"make sure that {it()} {p(self.w.GOOD_STATES)}", lambda: f"make sure {it()} {p(self.w.GOOD_STATES)}",
            lambda: f"replace {it()}", lambda: f"replace {it()} with part {ids.part(r)}", lambda: f"replace filter {ids.part(r)}",
            lambda: f"clean {it()}", lambda: f"clean {it()} with {p(self.w.MATERIALS)}", lambda: f"use {p(self.w.MATERIALS)} for {it()}",
            lambda: f"set the {self.quantity()} to {val()}", lambda: f"set the {self.quantity()} to {val()} with {self.noun()} {ids.device(r)}",
            lambda: f"set parameter {ids.parameter(r)} to {ids.number(r)}", lambda: f"set {ids.parameter(r)} to {val()}",
            lambda: f"set {ids.parameter(r)} = {ids.number(r)}", lambda: f"compare {ids.parameter(r)} with the {self.quantity()} of {it()}",
            lambda: f"tighten {it()} to {val()}", lambda: f"tighten {it()} at terminal {ids.terminal(r)}",
            lambda: f"measure the {self.quantity()} {p(['at', 'between'])} {ids.terminal(r)} and {ids.terminal(r)}",
            lambda: f"measure the {self.quantity()} at {ids.terminal(r)} (target {val()})", lambda: f"measure {it()}: it must show {val()}",
            lambda: f"{p(['top up', 'drain', 'fill', 'empty'])} {it()} to {val()}", lambda: f"reduce the {self.quantity()} by {val()}",
            lambda: f"increase {ids.parameter(r)} in steps of {ids.number(r)}", lambda: f"press {p(self.w.BUTTONS)} for {r.randint(1, 15)} s",
            lambda: f"press {p(self.w.BUTTONS)}, then {p(self.w.BUTTONS)}", lambda: f"acknowledge the fault with {p(self.w.BUTTONS)}",
            lambda: f"switch off {it()} for {val()}", lambda: f"switch {it()} off and on again", lambda: f"turn {it()} by {r.randint(1, 359)}°",
            lambda: f"wait {r.randint(1, 30)} {p(['minutes', 'min', 's', 'seconds'])} and restart {it()}", lambda: f"wait until {it()} {p(self.w.GOOD_STATES)}",
            lambda: f"open {it()} and remove {it()}", lambda: f"remove {it()} from {it()}", lambda: f"disconnect {it()} from {ids.terminal(r)}",
            lambda: f"connect {it()} to terminal {ids.terminal(r)}", lambda: f"adjust {it()}", lambda: f"adjust the {self.quantity()} at {it()}",
            lambda: f"lubricate {it()} with {p(self.w.MATERIALS)}", lambda: f"inspect {it()} for {p(['wear', 'leaks', 'cracks', 'dirt', 'damage'])}",
            lambda: f"bleed {it()}", lambda: f"home {it()}", lambda: f"restart {it()}", lambda: f"test {it()} with {val()}",
            lambda: f"load {p(['program', 'file', 'recipe', 'backup'])} {ids.part(r)}", lambda: f"read {ids.parameter(r)} on {it()}",
            lambda: f"move {it()} to {val()}", lambda: f"move {it()} by hand", lambda: f"align {it()} with {it()}", lambda: f"loosen {it()}",
            lambda: f"close {it()}", lambda: f"lower {it()}", lambda: f"secure {it()}", lambda: f"verify {it()}", lambda: f"unplug {it()}",
            lambda: f"confirm that the {self.quantity()} is between {ids.number(r)} and {val()}"])()

    def gibberish(self):
        r = self.rng
        words = [self.word() if r.random() < 0.7 else self.pick([ids.part(r), ids.terminal(r), ids.parameter(r), self.value(), self.pick(self.w.PARTS)])
                 for _ in range(r.randint(2, 9))]
        return " ".join(words)

    def step(self, capital=True):
        r = self.rng
        if r.random() < self.invented / 2:
            text = self.gibberish()
        else:
            form = r.random()
            if form < 0.1:
                text = f"if {self.item()} {self.pick(self.w.STATES)}, {self.clause()}"
            elif form < 0.16:
                text = f"{self.pick(['in', 'on', 'at', 'with'])} {self.item()}, {self.clause()}"
            elif form < 0.5:
                text = f"{self.clause()} {self.condition()}"
            elif form < 0.56:
                text = f"{self.clause()} and {self.clause()}"
            else:
                text = self.clause()
        return text[0].upper() + text[1:] if capital else text

    def brief(self, capital=True):
        """A step of one to four words."""
        r = self.rng
        text = self.pick([
            lambda: self.word(), lambda: self.word() + " " + self.word(), lambda: self.noun(), lambda: ids.part(r), lambda: self.clause().split(" ")[0] + " " + ids.device(r),
            lambda: self.clause().split(" ")[0] + " " + self.noun(), lambda: ids.parameter(r) + " = " + ids.number(r), lambda: self.noun() + " " + ids.device(r)])()
        return text[0].upper() + text[1:] if capital else text

    def detail(self):
        """What a manual may add to a step: a limit, a reason, a second clause."""
        it = self.item()
        return self.pick([
            lambda: f"; it must {self.pick(['be', 'stand at', 'show', 'not exceed'])} {self.value()}", lambda: f"; {self.clause()}", lambda: f": {self.value()}",
            lambda: f" ({self.value()})", lambda: f"; {it} must be {self.pick(self.w.ADJECTIVES)}", lambda: f", {ids.value(self.rng, self.w.UNITS)} each",
            lambda: f" from {self.value()} to {self.value()}", lambda: f"; it {self.pick(self.w.GOOD_STATES)} then"])()

    def cause(self):
        r = self.rng
        text = self.pick([
            lambda: f"{self.noun()} {ids.device(r)} {self.pick(self.w.STATES)}", lambda: f"{self.noun()} {self.pick(self.w.STATES)}",
            lambda: f"{self.quantity()} at {ids.terminal(r)} is {self.pick(['above', 'below'])} {self.value()}", lambda: f"wrong setting of {ids.parameter(r)}",
            lambda: f"no signal from {self.noun()}", lambda: f"defective {self.noun()}", lambda: f"{self.noun()} defective", self.gibberish])()
        return text[0].upper() + text[1:]

    def title(self):
        r = self.rng
        head = self.pick([self.noun, self.quantity, lambda: self.pick(self.w.MACHINES)])()
        tail = self.pick(self.w.FAULTS) if r.random() > self.invented / 2 else self.word()
        text = f"{head} {tail}"
        return text[0].upper() + text[1:]

    def effect(self):
        return self.pick(self.w.EFFECTS)

    def remark(self):
        r = self.rng
        return self.pick([
            lambda: f"This {self.pick(['message', 'fault', 'alarm'])} appears when {self.item()} {self.pick(self.w.STATES)}.",
            lambda: f"The {self.quantity()} is monitored by {self.item()}.", lambda: f"{self.effect()}.",
            lambda: f"{self.cause()}.", lambda: f"The control compares the {self.quantity()} with {ids.parameter(r)}.",
            lambda: f"The limit is {self.value()}.", lambda: f"It is caused by {self.noun()} or {self.noun()}."])()

    def escalation(self):
        r = self.rng
        subject = self.pick(["the fault", "the error", "the alarm", "the problem", "the message", "it", "this fault", "the " + self.noun(), "the malfunction"])
        verb = self.pick(["returns", "persists", "remains", "is still present", "occurs again", "comes back", "cannot be cleared", "reappears",
                          f"returns within {self.value()}", "does not clear", "continues", f"occurs more than {r.randint(2, 9)} times"])
        whom = self.pick(self.w.PERSONS) if r.random() > self.invented / 2 else self.word()
        call = self.pick(["call", "contact", "inform", "notify", "consult", "get in touch with"])
        extra = self.pick(["", "", "", f" (ext. {ids.digits(r, 3, 4)})", f" on {ids.digits(r, 3, 4)}", " immediately", f" and quote {ids.part(r)}"])
        form = r.random()
        if form < 0.2:
            still = self.pick(["still ", "still ", "again ", ""])
            return f"If {self.item()} {still}{self.pick(self.w.STATES)}, {call} {whom}{self.pick(['', extra, ' for ' + self.noun()])}."
        if form < 0.75:
            return f"If {subject} {verb}, {call} {whom}{extra}."
        if form < 0.9:
            return f"{call.capitalize()} {whom}{extra} if {subject} {verb}."
        return f"{self.pick(['Should the fault persist', 'If this does not help', 'If none of this helps', 'In all other cases'])}, {call} {whom}{extra}."

    def question(self, title, code, machine):
        r, t = self.rng, title.lower()
        if code is None:
            return self.pick([t, title, f"{t}?", f"what to do: {t}", f"{t} on the {machine}", f"How do I fix {t}?", f"the machine shows {t}",
                              f"{t}, what now", f"why {t}", f"{self.pick(['help', 'please help', 'urgent'])}, {t}"])
        return self.pick([f"What does {code} mean?", f"{code}?", f"how do I clear {code}", f"{machine} shows {code}", f"{code} {t}", f"fault {code} what to do"])

    def injection(self):
        return self.pick(en.INJECTIONS)


class Chinese:
    code = "zh-TW"
    stop = "。"

    def __init__(self, rng, held_out=False, invented=0.3):
        self.rng, self.invented = rng, invented
        self.held_out = held_out
        self.w = Lists(zh, held_out)
        self.units = Lists(en, held_out)

    def pick(self, entries):
        return self.rng.choice(entries)

    def word(self):
        """A row of characters that means nothing: common ones, or any of Big5's first level."""
        r = self.rng
        pool = zh.COMMON if r.random() < 0.6 else BIG5
        return "".join(r.choice(pool) for _ in range(r.randint(2, 4))).replace("\n", "")

    def noun(self):
        r = self.rng
        if r.random() < self.invented:
            return self.word() + (self.pick(self.w.PARTS) if r.random() < 0.4 else "")
        noun = self.pick(self.w.PARTS)
        return self.pick(self.w.ADJECTIVES) + noun if r.random() < 0.15 else noun

    def join(self, *parts):
        """Parts put together, with a space between Chinese and Latin in some manuals only."""
        out = ""
        for part in parts:
            mixed = out and part and (out[-1].isascii() != part[0].isascii())
            out += (" " if mixed and self.spaced else "") + part
        return out

    @property
    def spaced(self):
        return getattr(self, "_spaced", False)

    def begin(self):
        """Settle the habits of one manual."""
        self._spaced = self.rng.random() < 0.5

    def item(self):
        r = self.rng
        form = r.random()
        if form < 0.28:
            return self.join(self.noun(), ids.device(r))
        if form < 0.4:
            return (self.pick(self.w.PLACES) if r.random() > self.invented else self.word()) + "的" + self.noun()
        if form < 0.48:
            return self.noun() + "（" + ids.part(r) + "）"
        return self.noun()

    def quantity(self):
        return self.word() if self.rng.random() < self.invented / 2 else self.pick(self.w.QUANTITIES)

    def value(self):
        text = ids.value(self.rng, self.units.UNITS).replace(" to ", "~")
        if self.rng.random() < 0.2:
            return ids.number(self.rng) + (" " if self.spaced else "") + self.pick(["秒", "分鐘", "小時", "次", "公釐", "度", "轉", "圈"])
        return text

    def condition(self):
        return self.pick([
            lambda: f"若{self.item()}{self.pick(self.w.STATES)}則", lambda: f"{self.quantity()}" + self.pick(["高於", "低於", "超過"]) + self.value() + "時",
            lambda: f"必要時", lambda: f"停機後", lambda: f"每{self.value()}", lambda: f"若{self.pick(self.w.STATES)}，", lambda: f"冷卻後", lambda: f"斷電後"])()

    def clause(self):
        r, p, j, it, val = self.rng, self.pick, self.join, self.item, self.value
        return p([
            lambda: "檢查" + it(), lambda: "檢查" + it() + "是否" + p(self.w.STATES), lambda: "確認" + it() + p(self.w.GOOD_STATES), lambda: "確認" + it() + "是否" + p(self.w.GOOD_STATES),
            lambda: "更換" + it(), lambda: j("更換", it() + "，料號", ids.part(r)), lambda: j("更換" + self.noun(), ids.part(r)), lambda: "清潔" + it(), lambda: "以" + p(self.w.MATERIALS) + "清潔" + it(),
            lambda: j("將" + self.quantity() + "設為", val()), lambda: j("以" + self.noun(), ids.device(r), "將" + self.quantity() + "調至", val()), lambda: j("將參數", ids.parameter(r), "設為", ids.number(r)),
            lambda: j("設定", ids.parameter(r) + "=" + ids.number(r)), lambda: j("將", ids.parameter(r), "改為", val()), lambda: j("以", val(), "鎖緊" + it()), lambda: j("鎖緊端子", ids.terminal(r)),
            lambda: j("量測端子", ids.terminal(r), "與", ids.terminal(r), "間的" + self.quantity()), lambda: j("量測", ids.terminal(r), "的" + self.quantity() + "，應為", val()), lambda: j("補充" + it() + "至", val()),
            lambda: "排空" + it(), lambda: j("降低" + self.quantity(), val()), lambda: j("按", p(en.BUTTONS), "鍵", val()), lambda: j("按住", p(en.BUTTONS), f"{r.randint(2, 9)}", "秒"), lambda: j("按", p(en.BUTTONS), "復歸"),
            lambda: j("關閉" + it() + "，等待", val(), "後再開機"), lambda: "重新啟動" + it(), lambda: j("等待", val(), "後重新啟動" + it()), lambda: "打開" + it() + "並取出" + it(), lambda: "取下" + it(),
            lambda: j("將" + it() + "接到端子", ids.terminal(r)), lambda: "調整" + it(), lambda: "調整" + it() + "的" + self.quantity(), lambda: "潤滑" + it(), lambda: "重新插緊" + it(), lambda: "清除" + it() + "上的" + p(["異物", "切屑", "灰塵", "油污"]),
            lambda: "將" + it() + "回原點", lambda: j("將" + it() + "轉動", f"{r.randint(2, 350)}°"), lambda: "確認" + self.quantity() + "在" + val() + "以內", lambda: "測試" + it(), lambda: j("載入程式", ids.part(r)),
            lambda: j("讀取參數", ids.parameter(r)), lambda: "對齊" + it() + "與" + it(), lambda: "將" + it() + "手動移至" + val(), lambda: "拆下" + it() + "並檢查" + it(), lambda: "鬆開" + it(), lambda: "關好" + it(), lambda: "檢修" + it(), lambda: "校正" + it()])()

    def gibberish(self):
        r = self.rng
        parts = [self.word() if r.random() < 0.75 else self.pick([ids.part(r), ids.terminal(r), ids.parameter(r), self.value(), self.pick(self.w.PARTS)])
                 for _ in range(r.randint(2, 5))]
        return self.join(*parts)

    def step(self, capital=True):
        r = self.rng
        if r.random() < self.invented / 2:
            return self.gibberish()
        form = r.random()
        if form < 0.15:
            return self.condition() + self.clause()
        if form < 0.25:
            return self.clause() + "，" + self.condition() + self.clause()
        if form < 0.37:
            return self.clause() + self.pick(["，並", "，再", "後", "，然後", "，"]) + self.clause()
        return self.clause()

    def brief(self, capital=True):
        """A step of a few characters."""
        r = self.rng
        return self.pick([
            lambda: self.word(), lambda: self.noun(), lambda: ids.part(r), lambda: self.clause()[:2] + ids.device(r), lambda: self.clause()[:2] + self.noun(),
            lambda: ids.parameter(r) + "=" + ids.number(r), lambda: self.noun() + ids.device(r), lambda: self.pick(["檢查", "更換", "清潔", "確認", "調整"]) + self.noun()])()

    def detail(self):
        """What a manual may add to a step: a limit, a range, a second clause."""
        return self.pick([
            lambda: "，應為" + self.value(), lambda: self.join("，應為", self.value(), "至", self.value()), lambda: "，應低於" + self.value(), lambda: "，不可超過" + self.value(),
            lambda: "（" + self.value() + "）", lambda: "，" + self.condition() + self.clause(), lambda: "，再" + self.clause(), lambda: "，直到" + self.item() + self.pick(self.w.GOOD_STATES)])()

    def cause(self):
        r = self.rng
        return self.pick([
            lambda: self.join(self.noun(), ids.device(r), self.pick(self.w.STATES)), lambda: self.noun() + self.pick(self.w.STATES), lambda: self.quantity() + self.pick(["過高", "過低", "不穩定"]),
            lambda: self.join("參數", ids.parameter(r), "設定錯誤"), lambda: self.noun() + "無訊號", lambda: self.noun() + "故障", lambda: self.noun() + "不良", self.gibberish])()

    def title(self):
        r = self.rng
        head = self.pick([self.noun, self.quantity, lambda: self.pick(self.w.MACHINES)])()
        return head + (self.pick(self.w.FAULTS) if r.random() > self.invented / 2 else self.word())

    def effect(self):
        return self.pick(self.w.EFFECTS)

    def remark(self):
        r = self.rng
        return self.pick([
            lambda: "當" + self.item() + self.pick(self.w.STATES) + "時出現此訊息。", lambda: self.quantity() + "由" + self.item() + "監視。", lambda: self.effect() + "。",
            lambda: self.cause() + "。", lambda: self.join("控制器比較" + self.quantity() + "與", ids.parameter(r)) + "。", lambda: self.join("極限值為", self.value()) + "。"])()

    def escalation(self):
        r = self.rng
        head = self.pick(["若", "如", "如果", "倘若"]) + self.pick(["異常", "故障", "警報", "問題", "此訊息", "錯誤", "", self.noun() + "異常"]) + self.pick(
            ["仍持續", "仍存在", "仍未排除", "再次發生", "持續發生", "仍無法解除", "無法復歸", "仍無改善", "仍出現", "未消失", f"{r.randint(2, 9)}次以上"])
        whom = self.pick(self.w.PERSONS) if r.random() > self.invented / 2 else self.word()
        if r.random() < 0.25:
            head = "若" + self.pick(["", "重新啟動後", "更換後", "處理後"]) + self.pick(["仍", "仍", "持續", "再次"]) + self.pick([self.pick(self.w.FAULTS), self.item() + self.pick(self.w.STATES), self.word(), "發生" + self.noun() + self.pick(self.w.FAULTS)])
        tail = self.pick(["", "", "", f"（分機{ids.digits(r, 3, 4)}）", "處理", "檢修", "，並告知" + self.noun(), "到場"])
        return head + "，" + self.pick(["請聯絡", "請通知", "聯絡", "請洽", "通知", "請連絡", "請立即聯絡", "請與", "請找"]) + whom + tail + "。"

    def question(self, title, code, machine):
        t = title
        if code is None:
            return self.pick([t, t + "？", "怎麼處理" + t, machine + t, t + "怎麼辦", "請問" + t + "如何排除", "機台顯示" + t, "急，" + t])
        return self.pick([f"{code}是什麼意思？", f"{code}？", f"如何解除 {code}", f"{machine}出現{code}", f"{code} {t}", f"{code}怎麼辦"])

    def injection(self):
        return self.pick(zh.INJECTIONS if self.rng.random() < 0.7 else en.INJECTIONS)


def _big5_first_level():
    """Big5's 5,401 frequently used characters."""
    out = []
    for lead in range(0xA4, 0xC7):
        for trail in [*range(0x40, 0x7F), *range(0xA1, 0xFF)]:
            if lead == 0xC6 and trail > 0x7E:
                continue
            try:
                out.append(bytes([lead, trail]).decode("big5"))
            except UnicodeDecodeError:
                continue
    return "".join(out)


BIG5 = _big5_first_level()
