"""The parts of the system that read papers for nobody in particular, each with a narrow role."""

from apps.core.context import SYSTEM_ACTORS, SystemActor

# Looks up one paper for a visitor who holds its code or its number; reads nothing else here.
VERIFIER = SystemActor("verifier", "公开核验")
# Prints papers that were issued, scans what waits for it, finds files that no row speaks of.
ARCHIVE = SystemActor("archive", "文书档案")
SYSTEM_ACTORS |= {actor.actor_key: actor for actor in (VERIFIER, ARCHIVE)}
