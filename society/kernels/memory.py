"""A hint to the processor which memory will be read soon, so that it is there in time."""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def _fetched(typing: Any, array: Any, row: Any) -> Any:
    """Begin to fetch the row of an array at a place, which changes nothing but time."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows = context.make_array(signature.args[0])(context, builder, arguments[0])
        start = builder.ptrtoint(rows.data, ir.IntType(64))
        stride = builder.extract_value(rows.strides, 0)
        place = builder.inttoptr(builder.add(start, builder.mul(stride, arguments[1])), ir.IntType(8).as_pointer())
        hint = [ir.Constant(ir.IntType(32), number) for number in (0, 3, 1)]  # to read, to be kept close, data
        kind = ir.FunctionType(ir.VoidType(), [place.type, *(each.type for each in hint)])
        builder.call(builder.module.declare_intrinsic("llvm.prefetch", [place.type], kind), [place, *hint])
        return context.get_dummy_value()

    return types.void(array, types.intp), build


prefetch = cast("Callable[[Any, int], None]", intrinsic(_fetched))
