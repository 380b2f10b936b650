// Small numbers out of 32-bit words: what the weight formats and the cache share.

// The float16 at an even (0) or odd (1) place of a word.
float half_of(uint word, uint place) {
    const vec2 both = unpackHalf2x16(word);
    return place == 0 ? both.x : both.y;
}

vec4 bytes_of(uint v) {
    return vec4(uvec4(v, v >> 8, v >> 16, v >> 24) & 255);
}

vec4 signed_bytes(uint v) {
    const int i = int(v);
    return vec4(ivec4(i << 24, i << 16, i << 8, i) >> 24);
}

// The low halves of four bytes.
vec4 nibbles_of(uint v) {
    return vec4(uvec4(v, v >> 8, v >> 16, v >> 24) & 15);
}

// The low halves of four bytes as levels whose fifth bits are the low four bits of `fifth`.
vec4 five_bits_of(uint v, uint fifth) {
    const uvec4 low = uvec4(v, v >> 8, v >> 16, v >> 24) & 15;
    return vec4(low | (uvec4(fifth << 4, fifth << 3, fifth << 2, fifth << 1) & 16));
}
