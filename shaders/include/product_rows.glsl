// The product for devices whose lanes load one by one, such as CPU drivers: a lane takes rows of its own and adds up
// their whole sums. The input of a unit is fetched once for the subgroup, a vector a lane, and then goes to all lanes;
// by shuffle, since llvmpipe takes 16 times as long for a broadcast.

void main() {
    const uint lane = gl_SubgroupInvocationID;
    const uint first = (gl_WorkGroupID.x * gl_NumSubgroups + gl_SubgroupID) * LANES * ITEMS;
    const uint first_column = gl_WorkGroupID.y * COLUMNS;
    const uint items = rows / ITEM_ROWS;
    if (first >= items) {
        return;
    }
    uint own[ROWS];
    [[unroll]] for (uint r = 0; r < ROWS; r++) {
        own[r] = item_row(min(first + r / ITEM_ROWS * LANES + lane, items - 1), r % ITEM_ROWS);
    }
    float sums[COLUMNS * ROWS];
    [[unroll]] for (uint i = 0; i < COLUMNS * ROWS; i++) {
        sums[i] = 0.0;
    }
    float squares[COLUMNS];
    [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
        squares[c] = 0.0;
    }
    const uint step = min(LANES, VECTORS);
    for (uint unit = 0; unit < units; unit++) {
        vec4 w[ROWS][VECTORS];
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            load_unit(own[r], unit, units, w[r]);
        }
        [[unroll]] for (uint start = 0; start < VECTORS; start += step) {
            const uint group = input_group(unit, start + min(lane, step - 1));
            vec4 g = vec4(1.0);
            if (HAS_NORM) {
                g = gain[group];
            }
            [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
                vec4 v = x[group * count + min(first_column + c, count - 1)];
                if (HAS_NORM) {
                    squares[c] += lane < step ? dot(v, v) : 0.0;
                    v *= g;
                }
                precise float sum[ROWS];
                [[unroll]] for (uint r = 0; r < ROWS; r++) {
                    sum[r] = 0.0;
                }
                [[unroll]] for (uint i = 0; i < step; i++) {
                    const vec4 shared_v = subgroupShuffle(v, i);
                    [[unroll]] for (uint k = 0; k < 4; k++) {
                        [[unroll]] for (uint r = 0; r < ROWS; r++) {
                            sum[r] = fma(w[r][start + i][k], shared_v[k], sum[r]);
                        }
                    }
                }
                [[unroll]] for (uint r = 0; r < ROWS; r++) {
                    sums[c * ROWS + r] += sum[r];
                }
            }
        }
    }
    [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
        float scale = 1.0;
        if (HAS_NORM) {
            scale = norm_scale(subgroupAdd(squares[c]));
        }
        [[unroll]] for (uint item = 0; item < ITEMS; item++) {
            float of_item[ITEM_ROWS];
            [[unroll]] for (uint m = 0; m < ITEM_ROWS; m++) {
                of_item[m] = sums[c * ROWS + item * ITEM_ROWS + m] * scale;
            }
            finish(first + item * LANES + lane, first_column + c, of_item);
        }
    }
}
