#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require

// Y = W X (+ bias) (+ residual) for a batch of tokens. In a subgroup each lane stands for one token and fetches the
// weights of TILES rows; each row then goes to all lanes, so a weight is loaded and expanded once for LANES tokens, and
// an activation once for LANES * TILES rows. By shuffle, since llvmpipe takes 16 times as long for a broadcast.

#include "format.glsl"
#include "activations.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint LANES = 32;
layout(constant_id = 2) const uint TILES = 1;
layout(constant_id = 3) const bool HAS_BIAS = false;
layout(constant_id = 4) const bool HAS_RESIDUAL = false;

layout(push_constant) uniform Push {
    uint rows;
    uint units;
    uint tokens;
};
layout(binding = 2) readonly buffer Activations { vec4 x[]; };
layout(binding = 3) readonly buffer Bias { vec4 bias[]; };
layout(binding = 4) readonly buffer Residual { vec4 residual[]; };
layout(binding = 5) writeonly buffer Result { vec4 y[]; };

void main() {
    const uint lane = gl_SubgroupInvocationID;
    const uint first_token = (gl_WorkGroupID.y * gl_NumSubgroups + gl_SubgroupID) * LANES;
    if (first_token >= tokens) {
        return;
    }
    const uint token = min(first_token + lane, tokens - 1);
    const uint first_row = gl_WorkGroupID.x * LANES * TILES;

    vec4 sums[LANES * TILES / 4];
    [[unroll]] for (uint g = 0; g < LANES * TILES / 4; g++) {
        sums[g] = vec4(0.0);
    }
    for (uint unit = 0; unit < units; unit++) {
        vec4 v[4 * RUNS];
        [[unroll]] for (uint run = 0; run < RUNS; run++) {
            const uint start = run_start(unit, run) / 4;
            [[unroll]] for (uint i = 0; i < 4; i++) {
                v[run * 4 + i] = x[(start + i) * tokens + token];
            }
        }
        [[unroll]] for (uint tile = 0; tile < TILES; tile++) {
            vec4 w[4 * RUNS];
            load_unit(min(first_row + tile * LANES + lane, rows - 1), unit, units, w);
            [[unroll]] for (uint r = 0; r < LANES; r++) {
                float sum = 0.0;
                [[unroll]] for (uint i = 0; i < 4 * RUNS; i++) {
                    sum += dot(subgroupShuffle(w[i], r), v[i]);
                }
                sums[(tile * LANES + r) / 4][r % 4] += sum;
            }
        }
    }
    if (first_token + lane >= tokens) {
        return;
    }
    [[unroll]] for (uint g = 0; g < LANES * TILES / 4; g++) {
        const uint group = first_row / 4 + g;
        if (group * 4 < rows) {
            vec4 sum = sums[g];
            if (HAS_BIAS) {
                sum += bias[group];
            }
            if (HAS_RESIDUAL) {
                sum += residual[group * tokens + token];
            }
            y[group * tokens + token] = sum;
        }
    }
}
