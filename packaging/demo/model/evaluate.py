"""Evaluates an exported model on held-out layouts and vocabularies.

    python evaluate.py --work /tmp/andon-model --model andon-demo.gguf --cases 600

Answers are the model's own greedy ones, without constrained decoding, from the dequantized weights of the file.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")

import gguf
import torch

import bpe
import verifier
from batches import Maker, prefix_ids
from export import tensor_name
from generator import END
from model import Config, Model, prefix_mask

MOST_NEW = 700


def load(path):
    """The model of a GGUF file, its weights dequantized."""
    reader = gguf.GGUFReader(str(path))
    field = {k.split(".", 1)[1]: f.contents() for k, f in reader.fields.items() if k.startswith("qwen2.")}
    config = Config(layers=field["block_count"], ffn=field["feed_forward_length"], width=field["embedding_length"],
                    heads=field["attention.head_count"], kv_heads=field["attention.head_count_kv"], rope_base=field["rope.freq_base"],
                    vocabulary=len(reader.fields["tokenizer.ggml.tokens"].data))
    data = {t.name: torch.tensor(gguf.dequantize(t.data, t.tensor_type)) for t in reader.tensors}
    model = Model(config)
    model.load_state_dict({n: data[tensor_name(n)].reshape(p.shape) for n, p in model.named_parameters()})
    return model.eval()


class Decoder:
    """Greedy answers. The system text's keys and values are computed once; then the reference draft is tried in one pass, and only
    where the model would leave it does token-by-token decoding start. The answer is that of plain greedy decoding."""

    def __init__(self, model, prefix, end):
        self.model, self.end = model, end
        self.start = len(prefix)
        self.pasts = model.run(torch.tensor([prefix]))[1]

    @torch.no_grad()
    def answer(self, prompt, draft):
        both = torch.tensor([prompt + draft])
        states, pasts = self.model.run(both, self.pasts, self.start, prefix_mask(self.start, both.shape[1]))
        guesses = self.model.head(states[0, len(prompt) - 1:-1]).argmax(-1).tolist()
        agreed = 0
        while agreed < len(draft) and guesses[agreed] == draft[agreed]:
            agreed += 1
        if agreed == len(draft):
            return draft[:-1]
        answer = draft[:agreed] + [guesses[agreed]]
        at = self.start + len(prompt) + agreed
        pasts = [(k[:, :, :at], v[:, :, :at]) for k, v in pasts]
        while answer[-1] != self.end and len(answer) < MOST_NEW and at < self.model.config.context - 1:
            everything = torch.ones(1, at + 1, dtype=torch.bool)
            states, pasts = self.model.run(torch.tensor([answer[-1:]]), pasts, at, everything)
            answer.append(self.model.head(states[0, -1]).argmax().item())
            at += 1
        return answer[:-1] if answer[-1] == self.end else answer


class Tally:
    """Counts over the answers of one language."""

    def __init__(self):
        self.cases = self.exact = self.valid = self.verified = self.whole = 0
        self.steps = self.dropped = self.remedies = self.covered = self.escalations = self.fitting = 0

    def add(self, case, text):
        """Counts one answer; returns what was wrong with it, if anything."""
        self.cases += 1
        self.remedies += len(case.remedies)
        self.exact += text == case.draft
        parsed = verifier.read(text, len(case.passages))
        if parsed is None:
            return "not a draft"
        steps, escalation = parsed
        self.valid += 1
        kept = verifier.verify(steps, case.passages)
        self.steps += len(steps)
        self.dropped += len(steps) - len(kept)
        self.verified += bool(kept)
        self.whole += len(kept) == len(steps)
        shown = {verifier.normal(s["action"]) for s in kept}
        self.covered += sum(verifier.normal(r) in shown for r in case.remedies)
        self.escalations += escalation == json.loads(case.draft)["escalation"]
        self.fitting += {c for s in steps for c in s["cite"]} <= {f"p{i}" for i in case.fit}
        return None if text == case.draft else "differs"

    def report(self):
        share = lambda a, b: round(100 * a / max(1, b), 1)
        return {"cases": self.cases, "answers verified %": share(self.verified, self.cases),
                "answers with no step dropped %": share(self.whole, self.cases), "answers of the schema %": share(self.valid, self.cases),
                "remedies covered %": share(self.covered, self.remedies), "steps dropped %": share(self.dropped, self.steps),
                "only fitting passages cited %": share(self.fitting, self.cases),
                "escalation right %": share(self.escalations, self.cases), "draft right to the letter %": share(self.exact, self.cases)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=600)
    parser.add_argument("--seed", type=int, default=424242)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--training-layouts", action="store_true", help="layouts and words as in training, for comparison")
    parser.add_argument("--show", type=int, default=0, help="print that many wrong answers")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    tokenizer = bpe.load(args.work / "vocabulary.json")[0]
    maker = Maker(tokenizer, args.seed, tokens=0, held_out=not args.training_layouts)
    decoder = Decoder(load(args.model), prefix_ids(tokenizer), tokenizer.token_to_id(END))
    tallies = {"en": Tally(), "zh-TW": Tally()}
    both, started, shown = Tally(), time.time(), 0
    for i in range(args.cases):
        case = maker.generator.case(("en", "zh-TW")[i % 2])
        prompt, draft = maker.encode([case])[0]
        text = tokenizer.decode(decoder.answer(prompt, draft), skip_special_tokens=False)
        tallies[case.language].add(case, text)
        wrong = both.add(case, text)
        if wrong and shown < args.show:
            shown += 1
            print(f"--- {wrong}\n{case.body}\n=> {text}\n!= {case.draft}", flush=True)
    for name, tally in {**tallies, "both": both}.items():
        print(name, json.dumps(tally.report(), ensure_ascii=False))
    print(f"{time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
