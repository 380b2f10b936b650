// Q3_K weights in two planes: 96 bytes a block (32 of third bits, 64 of the two low ones), so that 16-byte loads stay
// aligned, and 14 bytes of scales and float16 factor, which four words hold whether they start in the middle of the first
// (odd blocks) or not. A unit is 16 bytes of low bits: four runs of 16 values.
#extension GL_EXT_control_flow_attributes : require
#include "two_bit_runs.glsl"
#include "unpack.glsl"

layout(binding = 0) readonly buffer Blocks { uvec4 blocks[]; };
layout(binding = 1) readonly buffer Tails { uint tails[]; };

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * (units / 4) + unit / 4;
    const uint upper = (unit % 4) / 2;
    const uint part = unit % 2;
    const uint odd = block & 1;
    const uint first = (block >> 1) * 7 + odd * 3;
    const uvec4 tail = uvec4(tails[first], tails[first + 1], tails[first + 2], tails[first + 3]);
    const uvec3 packed = odd == 0 ? tail.xyz : tail.xyz >> 16 | tail.yzw << 16;
    const float factor = half_of(tail.w, odd);
    const uvec4 third = blocks[block * 6 + part] >> (upper * 4);
    const uvec4 low = blocks[block * 6 + 2 + upper * 2 + part];
    [[unroll]] for (uint run = 0; run < 4; run++) {
        // Of six bits of scale the lower four lie in the first two words, the upper two in the last.
        const uint shift = (run * 2 + part) % 4 * 8;
        const uint level = (packed[run / 2] >> (shift + upper * 4) & 15)
            | (packed.z >> (shift + upper * 4 + run / 2 * 2) & 3) << 4;
        const float scale = factor * (float(level) - 32.0);
        const float zero = 4.0 * scale;
        [[unroll]] for (uint i = 0; i < 4; i++) {
            const uint levels = (low[i] >> (run * 2) & 0x03030303u) | (third[i] >> run & 0x01010101u) << 2;
            w[run * 4 + i] = scale * bytes_of(levels) - zero;
        }
    }
}
