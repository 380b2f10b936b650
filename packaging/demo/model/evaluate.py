"""Evaluates an exported model on held-out layouts and vocabularies.

    python evaluate.py --model andon-demo.gguf --cases 512

Answers are the model's own greedy ones, without constrained decoding, from the dequantized weights of the file.
"""

import argparse
import json
import multiprocessing
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import gguf
import torch

import bpe
import verifier
from batches import Maker, prefix_ids
from export import tensor_name
from generator import END
from model import Config, Model, prefix_mask

MOST_NEW = 450
MOST_STEPS = 12


def load_tokenizer(path):
    """The tokenizer of a GGUF file."""
    fields = gguf.GGUFReader(str(path)).fields
    tokens, merges = (fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "merges"))
    return bpe.build({token: i for i, token in enumerate(tokens)}, [tuple(merge.split(" ")) for merge in merges])


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


@torch.no_grad()
def answers(model, prompts, end, action):
    """The greedy answers to full prompts of similar length, decoded together. An answer of more than 12 steps (counted by the
    token `action`) is not of the schema and ends there.

    Prompts are padded on the left and the padding is masked. Rotary positions are relative, so each row's answer is that
    of the row alone."""
    length = max(map(len, prompts))
    rows = torch.tensor([[end] * (length - len(p)) + p for p in prompts])
    visible = torch.tensor([[False] * (length - len(p)) + [True] * len(p) for p in prompts])
    own = torch.eye(length, dtype=torch.bool)
    mask = (visible[:, None, :] & prefix_mask(0, length) | own)[:, None]
    states, pasts = model.run(rows, mask=mask)
    found = [[] for _ in prompts]
    alive = list(range(len(prompts)))
    at = length
    for _ in range(MOST_NEW):
        chosen = model.head(states[:, -1]).argmax(-1).tolist()
        for row, token in zip(alive, chosen):
            found[row].append(token)
        going = [i for i, row in enumerate(alive) if chosen[i] != end and found[row].count(action) <= MOST_STEPS]
        if not going or at >= model.config.context:
            break
        if len(going) < len(alive):
            alive = [alive[i] for i in going]
            visible = visible[going]
            pasts = [(k[going], v[going]) for k, v in pasts]
        visible = torch.cat([visible, torch.ones(len(alive), 1, dtype=torch.bool)], dim=1)
        tokens = torch.tensor([[chosen[i]] for i in going])
        states, pasts = model.run(tokens, pasts, at, visible[:, None, None, :])
        at += 1
    return [row[:-1] if row[-1] == end else row for row in found]


def prepare(path):
    """Loads the model into a worker process."""
    global worker_model
    torch.set_num_threads(1)
    worker_model = load(path)


def work(job):
    return answers(worker_model, *job)


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
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=600)
    parser.add_argument("--seed", type=int, default=424242)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--training-layouts", action="store_true", help="layouts and words as in training, for comparison")
    parser.add_argument("--show", type=int, default=0, help="print that many wrong answers")
    args = parser.parse_args()
    tokenizer = load_tokenizer(args.model)
    maker = Maker(tokenizer, args.seed, tokens=0, held_out=not args.training_layouts)
    end, action, prefix = tokenizer.token_to_id(END), tokenizer.token_to_id("action"), prefix_ids(tokenizer)
    tallies = {"en": Tally(), "zh-TW": Tally(), "one passage": Tally(), "several passages": Tally()}
    both, started, shown = Tally(), time.time(), 0
    cases = [maker.generator.case(("en", "zh-TW")[i % 2]) for i in range(args.cases)]
    prompts = [prefix + prompt for prompt, _ in maker.encode(cases)]
    order = sorted(range(len(cases)), key=lambda i: len(prompts[i]))
    groups = [order[first:first + args.batch] for first in range(0, len(order), args.batch)][::-1]
    with multiprocessing.get_context("spawn").Pool(args.threads, prepare, (args.model,)) as pool:
        results = pool.imap(work, [([prompts[i] for i in group], end, action) for group in groups])
        for group, result in zip(groups, results):
            for i, answer in zip(group, result):
                text = tokenizer.decode(answer, skip_special_tokens=False)
                tallies[cases[i].language].add(cases[i], text)
                tallies["one passage" if len(cases[i].passages) == 1 else "several passages"].add(cases[i], text)
                wrong = both.add(cases[i], text)
                if wrong and shown < args.show:
                    shown += 1
                    print(f"--- {wrong}\n{cases[i].body}\n=> {text}\n!= {cases[i].draft}", flush=True)
            print(f"{both.cases} cases, {time.time() - started:.0f} s", flush=True)
    for name, tally in {**tallies, "both": both}.items():
        print(name, json.dumps(tally.report(), ensure_ascii=False))


if __name__ == "__main__":
    main()
