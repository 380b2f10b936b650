// Q4_K weights as the file has them: blocks of 256 values in 144 bytes, which keep 16-byte loads aligned.
// A unit is 16 bytes of quants: low halves are 16 values of one sub-block of 32, high halves of the next.
#define RUNS 2

layout(binding = 0) readonly buffer Blocks { uvec4 blocks[]; };

uint run_start(uint unit, uint run) {
    return unit / 8 * 256 + (unit % 8) / 2 * 64 + (unit % 2) * 16 + run * 32;
}

// Scale and minimum of a sub-block: six bits each, packed into 12 bytes (ggml's get_scale_min_k4).
uvec2 scale_and_minimum(uvec3 packed, uint sub) {
    const uint shift = 8 * (sub % 4);
    if (sub < 4) {
        return uvec2(packed.x >> shift, packed.y >> shift) & 63;
    }
    const uvec2 low = uvec2(packed.z >> shift, packed.z >> (shift + 4)) & 15;
    return low | (uvec2(packed.x >> (shift + 6), packed.y >> (shift + 6)) & 3) << 4;
}

vec4 quarter_bytes(uint v) {
    return vec4(uvec4(v, v >> 8, v >> 16, v >> 24) & 15);
}

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint block = (row * (units / 8) + unit / 8) * 9;
    const uint within = unit % 8;
    const uvec4 head = blocks[block];
    const vec2 factors = unpackHalf2x16(head.x);
    const vec2 low = factors * vec2(scale_and_minimum(head.yzw, within / 2 * 2));
    const vec2 high = factors * vec2(scale_and_minimum(head.yzw, within / 2 * 2 + 1));
    const uvec4 v = blocks[block + 1 + within];
    for (uint i = 0; i < 4; i++) {
        w[i] = low.x * quarter_bytes(v[i]) - low.y;
        w[4 + i] = high.x * quarter_bytes(v[i] >> 4) - high.y;
    }
}
