"""Training batches, made on the fly in one worker process so that no example is seen twice."""

import multiprocessing
import random

import numpy as np

from generator import END, PREFIX, TURN, Generator
from shuffling import Shuffler

POOL = 384


class Maker:
    """Turns cases into padded token arrays of similar length."""

    def __init__(self, tokenizer, seed, tokens, held_out=False):
        self.tokenizer, self.tokens = tokenizer, tokens
        self.generator = Generator(seed, held_out)
        self.random = random.Random(seed + 1)
        self.end = tokenizer.token_to_id(END)
        self.shuffler = None if held_out else Shuffler(tokenizer, self.random)

    def encode(self, cases):
        """(prompt ids, draft ids) of each case, without the prefix."""
        prompts = self.tokenizer.encode_batch([c.body + TURN for c in cases], add_special_tokens=False)
        drafts = self.tokenizer.encode_batch([c.draft + END for c in cases], add_special_tokens=False)
        return [(p.ids, d.ids) for p, d in zip(prompts, drafts)]

    def shuffled(self, pairs):
        """Half of the pairs with other content tokens; held-out pairs as they are."""
        if self.shuffler is None:
            return pairs
        return [self.shuffler.swap(*pair) if self.random.random() < 0.5 else pair for pair in pairs]

    def noise(self, count):
        """Rows of shuffled tokens, repeated: what a copying model must learn first."""
        r, rows = self.random, []
        if count == 0:
            return rows
        for prompt, draft in self.encode([self.generator.case(small=True) for _ in range(count)]):
            row = r.sample(prompt + draft, min(len(prompt), r.randint(6, 40)))
            rows.append((row, row * r.randint(1, 3) + [self.end]))
        return rows

    def pool(self, stage):
        """Examples of a stage: 1 noise and small cases, 2 mostly small ones, 3 mostly full ones."""
        noisy, small = {1: (0.2, 1.0), 2: (0.0, 1.0), 3: (0.0, 0.4)}[stage]
        noise = self.noise(int(POOL * noisy))
        cases = [self.generator.case(small=self.random.random() < small) for _ in range(POOL - len(noise))]
        return noise + [pair for pair in self.shuffled(self.encode(cases)) if len(pair[0]) + len(pair[1]) <= 900]

    def batches(self, stage):
        """Shuffled batches of one pool: (inputs [B, T], flat positions with loss, their targets)."""
        pairs = sorted(self.pool(stage), key=lambda p: len(p[0]) + len(p[1]))
        groups, group = [], []
        for pair in pairs:
            length = len(pair[0]) + len(pair[1]) - 1
            if group and (len(group) + 1) * length > self.tokens:
                groups.append(group)
                group = []
            group.append(pair)
        groups.append(group)
        self.random.shuffle(groups)
        return [self.pack(g) for g in groups]

    def pack(self, group):
        width = max(len(p) + len(d) for p, d in group) - 1
        inputs = np.full((len(group), width), self.end, dtype=np.int64)
        positions, targets = [], []
        for row, (prompt, draft) in enumerate(group):
            both = prompt + draft
            inputs[row, :len(both) - 1] = both[:-1]
            first = row * width + len(prompt) - 1
            positions.extend(range(first, first + len(draft)))
            targets.extend(draft)
        return inputs, np.array(positions), np.array(targets)


def _work(queue, stage, tokenizer_path, seed, tokens):
    import os
    os.nice(max(0, 5 - os.nice(0)))
    from bpe import load
    maker = Maker(load(tokenizer_path)[0], seed, tokens)
    while True:
        now = stage.value
        for batch in maker.batches(now):
            queue.put((now, batch))


class Stream:
    """Batches of the stage asked for, from a worker process."""

    def __init__(self, tokenizer_path, seed, tokens):
        context = multiprocessing.get_context("spawn")
        self.stage = context.Value("i", 1)
        self.queue = context.Queue(maxsize=24)
        self.worker = context.Process(
            target=_work, args=(self.queue, self.stage, tokenizer_path, seed, tokens), daemon=True)
        self.worker.start()

    def next(self, stage):
        self.stage.value = stage
        while True:
            made_for, batch = self.queue.get()
            if made_for == stage:
                return batch


def prefix_ids(tokenizer):
    return tokenizer.encode(PREFIX, add_special_tokens=False).ids
