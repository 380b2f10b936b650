#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require

// y = x / sqrt(mean(x²) + epsilon) * weight; a workgroup takes one token.

#include "activations.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint SUBGROUPS = 1;

layout(push_constant) uniform Push {
    uint groups;       // of four rows
    uint in_tokens;
    uint first_token;  // of the input that is read
    uint out_tokens;
    float epsilon;
};
layout(binding = 0) readonly buffer Input { vec4 x[]; };
layout(binding = 1) readonly buffer Weight { vec4 weight[]; };
layout(binding = 2) writeonly buffer Result { vec4 y[]; };

shared float partial[SUBGROUPS];

void main() {
    const uint token = gl_WorkGroupID.x;
    float sum = 0.0;
    for (uint g = gl_LocalInvocationID.x; g < groups; g += gl_WorkGroupSize.x) {
        const vec4 v = x[g * in_tokens + first_token + token];
        sum += dot(v, v);
    }
    sum = subgroupAdd(sum);
    if (SUBGROUPS > 1) {
        if (subgroupElect()) {
            partial[gl_SubgroupID] = sum;
        }
        barrier();
        sum = 0.0;
        for (uint i = 0; i < SUBGROUPS; i++) {
            sum += partial[i];
        }
    }
    const float scale = 1.0 / sqrt(sum / float(groups * 4) + epsilon);
    for (uint g = gl_LocalInvocationID.x; g < groups; g += gl_WorkGroupSize.x) {
        y[g * out_tokens + token] = x[g * in_tokens + first_token + token] * scale * weight[g];
    }
}
