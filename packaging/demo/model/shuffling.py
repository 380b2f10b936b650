"""Swaps the content tokens of an example for others, alike in prompt and draft.

Words from a lexicon are soon known by heart, and a model that knows them by heart does not copy. After the swap any token may
stand anywhere, so that copying is the only way. Words that carry the structure (headers, labels, the sentences about calling
for help) stay.
"""

import regex

import layouts
from bpe import BYTES, SPECIALS, printable
from generator import PREFIX, TURN

STRUCTURE = """ zh-TW en Machine Code Message passage id steps action cite escalation p if If returns persists remains call contact inform notify consult
 get in touch with Contact Call Notify Inform Consult Get Should fault error alarm problem message it this malfunction still again present
 is the The not does clear comes back occurs reappears continues cannot be cleared more than times for on and quote immediately ext help In all other cases none of helps
 若 如 如果 倘若 異常 故障 警報 問題 此訊息 錯誤 仍持續 仍存在 仍未排除 再次發生 持續發生 仍無法解除 無法復歸 仍無改善 仍出現 未消失 次以上 請聯絡 請通知 聯絡 請洽 通知 請連絡 請立即聯絡 請與 請找
 分機 處理 檢修 並告知 到場 重新啟動後 更換後 處理後 仍 持續 再次 發生 如果異常 如果故障 若異常 若警報 若故障 如異常 This section is about control shows 本節說明 控制器顯示 """


class Shuffler:
    def __init__(self, tokenizer, rng):
        self.random = rng
        vocabulary = tokenizer.get_vocab()
        bytes_of = {c: b for b, c in BYTES.items()}
        text_of = {}
        for token, i in vocabulary.items():
            try:
                text_of[i] = bytes(bytes_of[c] for c in token).decode() if token not in SPECIALS else ""
            except UnicodeDecodeError:
                continue
        fixed = [STRUCTURE, PREFIX, TURN] + [w for group in (layouts.HEADERS, layouts.SECTION_LABELS, layouts.REMARK_HEADERS)
                                             for language in group.values() for row in language for w in row]
        keep = {i for text in fixed for form in (text, " " + text) for i in tokenizer.encode(form, add_special_tokens=False).ids}
        keep |= {vocabulary.get(printable(" " + t), -1) for t in (text_of[i] for i in list(keep) if i in text_of)}
        keep |= {vocabulary.get(printable(t.strip()), -1) for t in (text_of[i] for i in list(keep) if i in text_of)}
        space = printable(" ")
        self.spaced, groups = {}, {"pair": [], "han": [], "latin": []}
        for i, text in text_of.items():
            if i in keep or not regex.fullmatch(r"\p{L}+", text) or regex.search("[請聯絡洽通知若如]", text):
                continue
            twin = vocabulary.get(space + printable(text))
            if twin is not None:
                self.spaced[i] = twin
                groups["pair"].append(i)
            else:
                groups["han" if regex.match(r"\p{Han}", text) else "latin"].append(i)
        self.group_of = {i: g for g in groups.values() for i in g}
        self.unspaced = {twin: i for i, twin in self.spaced.items()}

    def swap(self, prompt, draft):
        """The pair with a random share of its content tokens exchanged, every occurrence alike."""
        share = self.random.random() * 0.7
        mapping = {}
        for token in sorted(set(prompt)):
            base = self.unspaced.get(token, token)
            if base in self.group_of and base not in mapping and self.random.random() < share:
                new = self.random.choice(self.group_of[base])
                mapping[base] = new
                if base in self.spaced:
                    mapping[self.spaced[base]] = self.spaced[new]
        return [mapping.get(t, t) for t in prompt], [mapping.get(t, t) for t in draft]
