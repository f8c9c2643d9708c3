"""Fits frequency and severity in a process of its own: `python -m apps.rating.correction.fitting`.

It gets levels of whitelisted factors only, as small whole numbers: an amount taken for a category
would build a matrix with a column for each sum. Memory and time are limited all the same, so that
a fit that goes wrong takes nothing else with it.
"""

import io
import json
import resource
import sys
import warnings
from typing import Any

MEMORY = 4 * 1024**3  # of addresses; the libraries map much that they never touch
CPU_SECONDS = 120
RIDGE = 1e-4  # keeps a level with hardly a claim from running away
MOST_LEVELS = 60


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = fitted(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"refusal": "limits"}
    except Exception as error:  # the parent says it in words
        answer = {"refusal": f"{type(error).__name__}: {error}"[:200]}
    sys.stdout.write(json.dumps(answer))


def fitted(content: bytes) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415  after the limits, which count what it maps

    with np.load(io.BytesIO(content), allow_pickle=False) as parts:
        given = {name: parts[name] for name in parts.files}
    sizes, levels = given["sizes"], given["levels"]
    if sizes.max() > MOST_LEVELS:
        return {"refusal": "levels"}
    design, bases = _design(np, levels, sizes, given["years"])
    years, claims, loss = given["years"], given["claims"], given["loss"]
    frequency = _fit("poisson", design, claims / years, years)
    hit = (claims > 0) & (loss > 0)
    severity = _fit("gamma", design[hit], loss[hit] / claims[hit], claims[hit])
    relativities, start = [], 0
    for size, base in zip(sizes.tolist(), bases, strict=True):
        logs = np.insert((frequency + severity)[start : start + size - 1], base, 0.0)
        relativities.append(np.exp(logs).tolist())
        start += size - 1
    return {"relativities": relativities, "hit": int(hit.sum())}


def _design(np: Any, levels: Any, sizes: Any, years: Any) -> tuple[Any, list[int]]:
    """A column for each level but the commonest of its factor."""
    from scipy.sparse import csc_matrix, hstack  # noqa: PLC0415

    parts, bases, rows = [], [], np.arange(levels.shape[1])
    for level, size in zip(levels, sizes.tolist(), strict=True):
        base = int(np.argmax(np.bincount(level, years, size)))
        bases.append(base)
        whole = csc_matrix((np.ones(len(rows)), (rows, level)), shape=(len(rows), size))
        parts.append(whole[:, [at for at in range(size) if at != base]])
    return csc_matrix(hstack(parts)), bases


def _fit(family: str, design: Any, target: Any, weight: Any) -> Any:
    from glum import GeneralizedLinearRegressor  # noqa: PLC0415

    model = GeneralizedLinearRegressor(family=family, link="log", alpha=RIDGE, l1_ratio=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(design, target, sample_weight=weight).coef_


if __name__ == "__main__":
    main()
