// Q5_0 weights in two planes: 16 bytes of quants a block, so that a lane loads them at once, and 6 bytes of float16 scale
// and fifth bits, which two words hold whether they start in the middle of the first (odd blocks) or not.
// A unit is one block: low halves of its bytes are the first 16 values, high halves the others.
#include "unpack.glsl"
#define RUNS 2

layout(binding = 0) readonly buffer Quants { uvec4 quants[]; };
layout(binding = 1) readonly buffer Heads { uint heads[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * units + unit;
    const uint odd = block & 1;
    const uint first = (block >> 1) * 3 + odd;
    const uint head = heads[first];
    const uint next = heads[first + 1];
    const float scale = half_of(head, odd);
    const uint fifth = odd == 0 ? head >> 16 | next << 16 : next;
    const float shift = 16.0 * scale;
    const uvec4 v = quants[block];
    for (uint i = 0; i < 4; i++) {
        w[i] = scale * five_bits_of(v[i], fifth >> (4 * i)) - shift;
        w[4 + i] = scale * five_bits_of(v[i] >> 4, fifth >> (16 + 4 * i)) - shift;
    }
}
