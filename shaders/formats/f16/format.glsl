// F16 weights as the file has them, eight in 16 bytes. A unit is 32 values in a row.
#define RUNS 2

layout(binding = 0) readonly buffer Values { uvec4 values[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint first = (row * units + unit) * 4;
    for (uint i = 0; i < 4; i++) {
        const uvec4 v = values[first + i];
        w[2 * i] = vec4(unpackHalf2x16(v.x), unpackHalf2x16(v.y));
        w[2 * i + 1] = vec4(unpackHalf2x16(v.z), unpackHalf2x16(v.w));
    }
}
