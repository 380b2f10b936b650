// BF16 weights as the file has them, sixteen to a load; each is the upper half of a float32. A unit is 32 values in a row.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define RUNS 2

layout(binding = 0) readonly buffer Values { u64vec4 values[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

vec4 four_values(uint64_t v) {
    const uvec2 words = unpackUint2x32(v);
    return uintBitsToFloat(uvec4(words.x << 16, words.x & 0xffff0000u, words.y << 16, words.y & 0xffff0000u));
}

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint first = (row * units + unit) * 2;
    for (uint i = 0; i < 2; i++) {
        const u64vec4 v = values[first + i];
        w[4 * i] = four_values(v.x);
        w[4 * i + 1] = four_values(v.y);
        w[4 * i + 2] = four_values(v.z);
        w[4 * i + 3] = four_values(v.w);
    }
}
