// The product for GPUs: a subgroup takes ROWS rows, and its lanes share out the units of these, so that they load side by
// side; a last step adds up the lanes' sums. Values of a unit are taken up one vector after another for all columns, so
// that few expanded weights are held at a time.

void main() {
    const uint lane = gl_SubgroupInvocationID;
    const uint first = (gl_WorkGroupID.x * gl_NumSubgroups + gl_SubgroupID) * ITEMS;
    const uint first_column = gl_WorkGroupID.y * COLUMNS;
    const uint items = rows / ITEM_ROWS;
    if (first >= items) {
        return;
    }
    precise float sums[COLUMNS * ROWS];
    [[unroll]] for (uint i = 0; i < COLUMNS * ROWS; i++) {
        sums[i] = 0.0;
    }
    float squares[COLUMNS];
    [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
        squares[c] = 0.0;
    }
    for (uint unit = lane; unit < units; unit += LANES) {
        vec4 w[ROWS][VECTORS];
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            load_unit(item_row(min(first + r / ITEM_ROWS, items - 1), r % ITEM_ROWS), unit, units, w[r]);
        }
        [[unroll]] for (uint i = 0; i < VECTORS; i++) {
            const uint group = input_group(unit, i);
            vec4 g = vec4(1.0);
            if (HAS_NORM) {
                g = gain[group];
            }
            [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
                vec4 v = x[group * count + min(first_column + c, count - 1)];
                if (HAS_NORM) {
                    squares[c] += dot(v, v);
                    v *= g;
                }
                [[unroll]] for (uint k = 0; k < 4; k++) {
                    [[unroll]] for (uint r = 0; r < ROWS; r++) {
                        sums[c * ROWS + r] = fma(w[r][i][k], v[k], sums[c * ROWS + r]);
                    }
                }
            }
        }
    }
    [[unroll]] for (uint c = 0; c < COLUMNS; c++) {
        float scale = 1.0;
        if (HAS_NORM) {
            scale = norm_scale(subgroupAdd(squares[c]));
        }
        [[unroll]] for (uint r = 0; r < ROWS; r++) {
            sums[c * ROWS + r] = subgroupAdd(sums[c * ROWS + r]) * scale;
        }
    }
    // Each lane finishes one item of one column at a time.
    [[unroll]] for (uint start = 0; start < COLUMNS * ITEMS; start += LANES) {
        float of_item[ITEM_ROWS];
        [[unroll]] for (uint m = 0; m < ITEM_ROWS; m++) {
            of_item[m] = 0.0;
            [[unroll]] for (uint i = start; i < min(start + LANES, COLUMNS * ITEMS); i++) {
                of_item[m] = lane == i - start ? sums[i * ITEM_ROWS + m] : of_item[m];
            }
        }
        const uint i = start + lane;
        finish(i < COLUMNS * ITEMS ? first + i % ITEMS : items, first_column + i / ITEMS, of_item);
    }
}
