// Q6_K weights in two planes: 208 bytes a block (128 of low bits, 64 of high bits, 16 scales), so that 16-byte loads
// stay aligned, and the float16 factors. A unit is 64 values: four runs of 16 that share 16 bytes of high bits.
#extension GL_EXT_control_flow_attributes : require
#include "unpack.glsl"
#define RUNS 4

layout(binding = 0) readonly buffer Blocks { uvec4 blocks[]; };
layout(binding = 1) readonly buffer Factors { uint factors[]; };

uint run_start(uint unit, uint run) {
    return unit / 4 * 256 + (unit % 4) / 2 * 128 + (unit % 2) * 16 + run * 32;
}

vec4 six_bits(uint low, uint high) {
    const uvec4 l = uvec4(low, low >> 8, low >> 16, low >> 24) & 15;
    const uvec4 h = uvec4(high, high >> 8, high >> 16, high >> 24) & 3;
    return vec4(l | h << 4) - 32.0;
}

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * (units / 4) + unit / 4;
    const uint upper = (unit % 4) / 2;
    const uint part = unit % 2;
    const float factor = half_of(factors[block >> 1], block & 1);
    const uvec4 low0 = blocks[block * 13 + upper * 4 + part];
    const uvec4 low1 = blocks[block * 13 + upper * 4 + 2 + part];
    const uvec4 high = blocks[block * 13 + 8 + upper * 2 + part];
    const uvec4 scales = blocks[block * 13 + 12];
    [[unroll]] for (uint run = 0; run < 4; run++) {
        const uint index = upper * 8 + part + run * 2;
        const float scale = factor * float(bitfieldExtract(int(scales[index / 4]), int(index % 4) * 8, 8));
        const uvec4 low = (run % 2 == 0 ? low0 : low1) >> (run / 2 * 4);
        [[unroll]] for (uint i = 0; i < 4; i++) {
            w[run * 4 + i] = scale * six_bits(low[i], high[i] >> (run * 2));
        }
    }
}
