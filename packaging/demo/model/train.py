"""Trains the demonstration model from scratch.

    python train.py --work /tmp/andon-model --minutes 120

`--work` holds vocabulary, checkpoint and log; a second run there resumes. The learning rate follows the share of
the time used, so that the schedule ends when the time does. The loss counts the draft's tokens only.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import torch.nn.functional as F

import bpe
import lexicon_en
import lexicon_zh
from batches import Maker, Stream, prefix_ids
from generator import END, PREFIX, TURN, Generator
from model import Config, Model
from priming import prime

# Shares of the time after which the curriculum moves on: from single passages without the system text to mostly
# single passages, and from there to mostly full cases.
STAGE_ENDS = (0.05, 0.7)
# Share of the time with the full learning rate.
LEVEL_UNTIL = 0.75


def vocabulary(path, size, spaced=1000):
    """Trains and saves the tokenizer, unless it is there."""
    if path.exists():
        return
    training = [word for name in dir(lexicon_zh) if name.isupper() and isinstance(getattr(lexicon_zh, name), list)
                for word in lexicon_en.split(getattr(lexicon_zh, name), False)]
    text = "".join(training) + lexicon_zh.COMMON + "。，、；：（）【】「」？！～－／＜＞＝％①②③④⑤⑥⑦⑧⑨⑩–±°µ•≥≤…"
    characters = sorted({c for c in text if len(c.encode()) == 3})
    generator = Generator(seed=7, invented=0.25)
    texts = []
    for _ in range(4000):
        case = generator.case()
        texts.append(case.body + TURN + case.draft + END)
    texts += [PREFIX] * 40 + ["\n".join(training)] * 4
    bpe.save(path, *bpe.train(texts, characters, size, spaced))


def log(path, text):
    line = f"{time.strftime('%H:%M:%S', time.gmtime())} {text}"
    print(line, flush=True)
    with open(path, "a") as file:
        file.write(line + "\n")


def optimizers(model):
    """Muon for the blocks' matrices, AdamW for embedding, norms and biases."""
    matrices = [p for n, p in model.named_parameters() if p.dim() == 2 and "embedding" not in n]
    rest = [p for n, p in model.named_parameters() if p.dim() != 2 or "embedding" in n]
    return [torch.optim.Muon(matrices, lr=1.0, weight_decay=0.01, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=1.0, betas=(0.9, 0.98), weight_decay=0.0)]


def rate(share, step):
    """Learning rate factor: a short warm-up, level, then straight down to 2 % in the last part of the time."""
    return min(1.0, (step + 1) / 100, 0.02 + 0.98 * (1 - share) / (1 - LEVEL_UNTIL))


def losses(hidden, model, prefix, batch):
    """Cross entropy and hits at each draft token."""
    inputs, positions, targets = (torch.from_numpy(part) for part in batch)
    with torch.autocast("cpu", torch.bfloat16):
        states = hidden(prefix, inputs).flatten(0, 1)[positions]
        logits = model.head(states)
    logits = logits.float()
    return F.cross_entropy(logits, targets, reduction="none"), logits.argmax(-1) == targets, targets


@torch.no_grad()
def examine(model, prefix, held):
    """Loss, token accuracy and share of drafts right to the last token, on held-out cases."""
    total, hits, tokens, right, drafts = 0.0, 0, 0, 0, 0
    for batch in held:
        loss, hit, targets = losses(model.hidden, model, prefix, batch)
        total += loss.sum().item()
        hits += hit.sum().item()
        tokens += len(hit)
        ends = (targets == targets[-1]).nonzero()[:, 0].tolist()
        start = 0
        for end in ends:
            right += hit[start:end + 1].all().item()
            drafts += 1
            start = end + 1
    return total / tokens, hits / tokens, right / drafts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--tokens", type=int, default=3072, help="body tokens a step")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--layers", type=int, default=Config.layers)
    parser.add_argument("--ffn", type=int, default=Config.ffn)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    config = Config(layers=args.layers, ffn=args.ffn)
    vocabulary(args.work / "vocabulary.json", config.vocabulary)
    tokenizer = bpe.load(args.work / "vocabulary.json")[0]
    model = Model(config)
    prime(model)
    tuners = optimizers(model)
    rates = [args.rate, args.rate * 0.75]
    checkpoint, journal = args.work / "checkpoint.pt", args.work / "log.txt"
    step, spent, seen = 0, 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for tuner, kept in zip(tuners, state["tuners"]):
            tuner.load_state_dict(kept)
        step, spent, seen = state["step"], state["spent"], state["seen"]
    prefix = torch.tensor(prefix_ids(tokenizer))
    none = prefix[:0]
    held_maker = Maker(tokenizer, seed=99, tokens=4096, held_out=True)
    held = held_maker.batches(3)[:6]
    stream = Stream(str(args.work / "vocabulary.json"), args.seed + 1000 + step, args.tokens)
    hidden = torch.compile(model.hidden, dynamic=True) if args.compile else model.hidden
    log(journal, f"{sum(p.numel() for p in model.parameters())} parameters, prefix {len(prefix)} tokens, from step {step}")

    def save():
        torch.save({"model": model.state_dict(), "tuners": [t.state_dict() for t in tuners], "step": step,
                    "spent": spent, "seen": seen, "layers": args.layers, "ffn": args.ffn}, str(checkpoint) + ".new")
        os.replace(str(checkpoint) + ".new", checkpoint)

    limit, last, mean, examined, saved = args.minutes * 60, time.monotonic(), None, spent, spent
    while spent < limit:
        share = spent / limit
        stage = 1 + sum(share >= end for end in STAGE_ENDS)
        batch = stream.next(stage)
        loss, _, _ = losses(hidden, model, none if stage == 1 else prefix, batch)
        loss = loss.mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for tuner, base in zip(tuners, rates):
            for group in tuner.param_groups:
                group["lr"] = base * rate(share, step)
            tuner.step()
            tuner.zero_grad(set_to_none=True)
        seen += batch[0].size
        step += 1
        now = time.monotonic()
        spent, last = spent + now - last, now
        mean = loss.item() if mean is None else 0.95 * mean + 0.05 * loss.item()
        if step % 20 == 0:
            log(journal, f"step {step} stage {stage} loss {mean:.4f} tokens {seen / 1e6:.2f}M at {spent:.0f}s")
        if stage > 1 and spent - examined > 150 or spent >= limit:
            examined = spent
            log(journal, "held out: loss %.4f, tokens right %.4f, drafts right %.3f" % examine(model, prefix, held))
        if spent - saved > 120 or spent >= limit:
            saved = spent
            save()
    stream.worker.terminate()


if __name__ == "__main__":
    main()
