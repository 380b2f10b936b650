// Weights of two bytes each as the file has them, sixteen to a load; a format says with `four_values` what they are. A unit
// is 32 values in a row.
#define RUNS 2

layout(binding = 0) readonly buffer Values { u64vec4 values[]; };

uint run_start(uint unit, uint run) { return unit * 32 + run * 16; }

void load_unit(uint row, uint unit, uint units, out vec4 w[4 * RUNS]) {
    const uint first = (row * units + unit) * 2;
    for (uint i = 0; i < 2; i++) {
        const u64vec4 v = values[first + i];
        w[4 * i] = four_values(v.x);
        w[4 * i + 1] = four_values(v.y);
        w[4 * i + 2] = four_values(v.z);
        w[4 * i + 3] = four_values(v.w);
    }
}
