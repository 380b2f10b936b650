// The 16 values that four bits stand for in IQ4_NL and IQ4_XS, signed bytes in four words: picked by selects and shifts,
// since a table in memory costs a load for each value.
vec4 nonlinear(uint v) {
    const uvec4 level = uvec4(v, v >> 8, v >> 16, v >> 24);
    const bvec4 second = notEqual(level & 4, uvec4(0));
    const uvec4 low = mix(uvec4(0xbfad9881u), uvec4(0xf6eaddcfu), second);
    const uvec4 high = mix(uvec4(0x26190d01u), uvec4(0x71594535u), second);
    const ivec4 word = ivec4(mix(low, high, notEqual(level & 8, uvec4(0))));
    return vec4(word << ivec4(24 - 8 * (level & 3)) >> 24);
}
