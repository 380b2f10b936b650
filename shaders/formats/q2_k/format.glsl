// Q2_K weights in two planes: 80 bytes a block (16 of scales and minima, 64 of quants), so that 16-byte loads stay aligned,
// and the two float16 factors. A unit is 16 bytes of quants: four runs of 16 values, two bits each.
#extension GL_EXT_control_flow_attributes : require
#include "two_bit_runs.glsl"

layout(binding = 0) readonly buffer Blocks { uvec4 blocks[]; };
layout(binding = 1) readonly buffer Factors { uint factors[]; };

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * (units / 4) + unit / 4;
    const uint upper = (unit % 4) / 2;
    const uint part = unit % 2;
    const vec2 factor = unpackHalf2x16(factors[block]);
    const uvec4 packed = blocks[block * 5];
    const uvec4 v = blocks[block * 5 + 1 + upper * 2 + part];
    [[unroll]] for (uint run = 0; run < 4; run++) {
        const uint index = upper * 8 + part + run * 2;
        const uint both = packed[index / 4] >> (index % 4 * 8);
        const vec2 scaled = factor * vec2(both & 15, both >> 4 & 15);
        [[unroll]] for (uint i = 0; i < 4; i++) {
            const uint q = v[i] >> (run * 2);
            w[run * 4 + i] = scaled.x * vec4(uvec4(q, q >> 8, q >> 16, q >> 24) & 3) - scaled.y;
        }
    }
}
