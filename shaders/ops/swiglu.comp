#version 450

// y = silu(gate) * up, where gate and up are the two halves of the input's rows.

layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push { uint count; }; // vec4s of the result, all tokens
layout(binding = 0) readonly buffer Input { vec4 gate_up[]; };
layout(binding = 1) writeonly buffer Result { vec4 y[]; };

void main() {
    const uint i = gl_GlobalInvocationID.x;
    if (i < count) {
        const vec4 gate = gate_up[i];
        y[i] = gate / (1.0 + exp(-gate)) * gate_up[count + i];
    }
}
