// BF16 weights as the file has them, sixteen to a load; each is the upper half of a float32.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require

vec4 four_values(uint64_t v) {
    const uvec2 words = unpackUint2x32(v);
    return uintBitsToFloat(uvec4(words.x << 16, words.x & 0xffff0000u, words.y << 16, words.y & 0xffff0000u));
}

#include "sixteen_bit_values.glsl"
