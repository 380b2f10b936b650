#version 450

// Copies one buffer into another, 16 bytes an invocation: what bandwidth the device reaches with plain streaming.

layout(local_size_x_id = 0) in;

layout(push_constant) uniform Push { uint count; };
layout(binding = 0) readonly buffer Source { uvec4 source[]; };
layout(binding = 1) writeonly buffer Target { uvec4 target[]; };

void main() {
    const uint stride = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    for (uint i = gl_GlobalInvocationID.x; i < count; i += stride) {
        target[i] = source[i];
    }
}
