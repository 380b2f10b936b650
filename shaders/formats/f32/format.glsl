// F32 weights as the file has them, eight to a load. A unit is 32 values in a row.
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define RUNS 2

layout(binding = 0) readonly buffer Values { u64vec4 values[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint first = (row * units + unit) * 4;
    for (uint i = 0; i < 4; i++) {
        const u64vec4 v = values[first + i];
        w[2 * i] = uintBitsToFloat(uvec4(unpackUint2x32(v.x), unpackUint2x32(v.y)));
        w[2 * i + 1] = uintBitsToFloat(uvec4(unpackUint2x32(v.z), unpackUint2x32(v.w)));
    }
}
