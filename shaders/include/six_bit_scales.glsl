// Scale and minimum of a sub-block of 32 values in Q4_K and Q5_K: six bits each, packed into 12 bytes (ggml's
// get_scale_min_k4), times the factors that stand before them.
vec2 scale_and_minimum(uvec4 head, uint sub) {
    const uint shift = 8 * (sub % 4);
    uvec2 levels;
    if (sub < 4) {
        levels = uvec2(head.y >> shift, head.z >> shift) & 63;
    } else {
        const uvec2 low = uvec2(head.w >> shift, head.w >> (shift + 4)) & 15;
        levels = low | (uvec2(head.y >> (shift + 6), head.z >> (shift + 6)) & 3) << 4;
    }
    return unpackHalf2x16(head.x) * vec2(levels);
}
