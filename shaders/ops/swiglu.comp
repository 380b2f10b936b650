#version 450

// y = silu(gate) * up, where gate and up are the two halves of the input's rows. An invocation takes several vectors where
// there are more than the device allows invocations in a dispatch.

layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push { uint count; }; // vec4s of the result, all tokens
layout(binding = 0) readonly buffer Input { vec4 gate_up[]; };
layout(binding = 1) writeonly buffer Result { vec4 y[]; };

void main() {
    const uint stride = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    for (uint i = gl_GlobalInvocationID.x; i < count; i += stride) {
        const vec4 gate = gate_up[i];
        y[i] = gate / (1.0 + exp(-gate)) * gate_up[count + i];
    }
}
