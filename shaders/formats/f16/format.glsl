// F16 weights as the file has them, sixteen to a load.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require

vec4 four_values(uint64_t v) {
    const uvec2 words = unpackUint2x32(v);
    return vec4(unpackHalf2x16(words.x), unpackHalf2x16(words.y));
}

#include "sixteen_bit_values.glsl"
