// Q5_K weights in two planes: 32 bytes of fifth bits and 128 of quants a block, which a lane loads 32 at once, and 16
// bytes of scales. A unit is 32 bytes of quants: low halves are one sub-block of 32 values, high halves the next; a byte
// of fifth bits has one bit for each of the 8 sub-blocks.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require
#include "six_bit_scales.glsl"
#include "unpack.glsl"
#define RUNS 4

layout(binding = 0) readonly buffer Levels { u64vec4 levels[]; };
layout(binding = 1) readonly buffer Heads { uvec4 heads[]; };

uint run_start(uint unit, uint run) { return unit * 64 + run * 16; }

vec4 five_bits(uint nibbles, uint fifth) {
    return bytes_of((nibbles & 0x0f0f0f0fu) | (fifth & 0x01010101u) << 4);
}

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = row * (units / 4) + unit / 4;
    const uint sub = unit % 4 * 2;
    const uvec4 head = heads[block];
    const vec2 low = scale_and_minimum(head, sub);
    const vec2 high = scale_and_minimum(head, sub + 1);
    const u64vec4 fifth = levels[block * 5];
    const u64vec4 v = levels[block * 5 + 1 + unit % 4];
    [[unroll]] for (uint i = 0; i < 4; i++) {
        const uvec2 nibbles = unpackUint2x32(v[i]);
        const uvec2 bits = unpackUint2x32(fifth[i]) >> sub;
        w[2 * i] = low.x * five_bits(nibbles.x, bits.x) - low.y;
        w[2 * i + 1] = low.x * five_bits(nibbles.y, bits.y) - low.y;
        w[8 + 2 * i] = high.x * five_bits(nibbles.x >> 4, bits.x >> 1) - high.y;
        w[9 + 2 * i] = high.x * five_bits(nibbles.y >> 4, bits.y >> 1) - high.y;
    }
}
