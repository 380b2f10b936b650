"""A start for the weights from which copying is learned in minutes instead of hours.

Random weights need thousands of steps until attention heads that copy ("induction heads") form. Here they are written
into the first two blocks before training: heads of block 0 attend to the token one and two places back (by their
biases alone: the score is a sum of cosines of the distance, with its peak there) and store it beside the token; heads of
block 1 look for a place whose previous token (and the one before) is the current one, and pass on what stands there.
Everything stays trainable.
"""

import torch

PEAK = 8.0  # bias amplitude of the heads that look back
MATCH = 2.0  # scale of the matching heads' queries and keys
COPY = 0.15  # scale of what they pass on


@torch.no_grad()
def prime(model):
    config = model.config
    d, half, width = config.head, config.head // 2, config.width
    frequencies = config.rope_base ** (-torch.arange(0, d, 2).float() / d)
    turned = torch.linalg.qr(torch.randn(width, width))[0]
    seen, stored, stored_too = turned[:, :d].T, turned[:, d:2 * d], turned[:, 2 * d:3 * d]
    embedding = model.embedding.weight.std() * width ** 0.5
    strength = embedding / (d ** 0.5)

    look, match = model.blocks[0].attn, model.blocks[1].attn
    fast = torch.arange(half) < half // 2
    look.k.weight[:d] *= 0.05
    look.q.weight[:2 * d] *= 0.05
    look.k.bias[:d] = torch.cat([PEAK * fast, torch.zeros(half)])
    for head, back in ((0, 1), (1, 2)):
        angle = -back * frequencies
        look.q.bias[head * d:(head + 1) * d] = PEAK * torch.cat([fast * angle.cos(), fast * angle.sin()])
    look.v.weight[:d] = seen
    look.o.weight[:, :d] = strength * stored
    look.o.weight[:, d:2 * d] = strength * stored_too

    # Dimensions that turn slowly enough to compare contents hundreds of tokens apart.
    slow = [i for i in range(half) if frequencies[i] < 1 / 400]
    slow += [i + half for i in slow]
    n = len(slow)
    for head in (0, 1, 2, 3):
        match.q.weight[head * d:(head + 1) * d] *= 0.05
    match.k.weight *= 0.05
    for row, i in enumerate(slow):
        match.k.weight[i] += MATCH * stored[:, row]
        both = stored[:, row] if row % 2 else stored_too[:, row]
        wanted = seen[row] if row % 2 else stored[:, row]
        match.k.weight[d + i] += MATCH * both
        for head in (0, 1):
            match.q.weight[head * d + i] += MATCH * seen[row]
            match.q.weight[(head + 2) * d + i] += MATCH * wanted
    passed = torch.linalg.qr(torch.randn(width, width))[0][:, :2 * d].T
    match.v.weight.copy_(passed)
    for head in range(4):
        kv = head // 2
        match.o.weight[:, head * d:(head + 1) * d] = COPY * passed[kv * d:(kv + 1) * d].T
    return n
