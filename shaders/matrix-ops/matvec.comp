#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_EXT_control_flow_attributes : require

// y = W x (+ bias) (+ residual) for one token. A subgroup takes 4 * GROUPS rows, so that the vector is read once for
// all of them; its lanes share out the units of the rows.

#include "format.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint LANES = 32;
layout(constant_id = 2) const uint GROUPS = 1;
layout(constant_id = 3) const bool HAS_BIAS = false;
layout(constant_id = 4) const bool HAS_RESIDUAL = false;

layout(push_constant) uniform Push {
    uint rows;
    uint units;
};
layout(binding = 2) readonly buffer Vector { vec4 x[]; };
layout(binding = 3) readonly buffer Bias { vec4 bias[]; };
layout(binding = 4) readonly buffer Residual { vec4 residual[]; };
layout(binding = 5) writeonly buffer Result { vec4 y[]; };

void main() {
    const uint subgroup = gl_WorkGroupID.x * gl_NumSubgroups + gl_SubgroupID;
    const uint first_group = subgroup * GROUPS;
    const uint groups = (rows + 3) / 4;
    if (first_group >= groups) {
        return;
    }
    vec4 sums[GROUPS];
    [[unroll]] for (uint g = 0; g < GROUPS; g++) {
        sums[g] = vec4(0.0);
    }
    for (uint unit = gl_SubgroupInvocationID; unit < units; unit += LANES) {
        vec4 v[4 * RUNS];
        [[unroll]] for (uint run = 0; run < RUNS; run++) {
            const uint start = run_start(unit, run) / 4;
            [[unroll]] for (uint i = 0; i < 4; i++) {
                v[run * 4 + i] = x[start + i];
            }
        }
        // Not unrolled by force: llvmpipe's compile time grows faster than the number of loads.
        [[unroll]] for (uint g = 0; g < GROUPS; g++) {
            for (uint r = 0; r < 4; r++) {
                vec4 w[4 * RUNS];
                load_unit(min((first_group + g) * 4 + r, rows - 1), unit, units, w);
                float sum = 0.0;
                [[unroll]] for (uint i = 0; i < 4 * RUNS; i++) {
                    sum += dot(w[i], v[i]);
                }
                sums[g] += mix(vec4(0.0), vec4(sum), equal(uvec4(r), uvec4(0, 1, 2, 3)));
            }
        }
    }
    [[unroll]] for (uint g = 0; g < GROUPS; g++) {
        vec4 sum = subgroupAdd(sums[g]);
        const uint group = first_group + g;
        if (gl_SubgroupInvocationID == 0 && group < groups) {
            if (HAS_BIAS) {
                sum += bias[group];
            }
            if (HAS_RESIDUAL) {
                sum += residual[group];
            }
            y[group] = sum;
        }
    }
}
