/* headroom.c - the limit is one of all address space, and what is in use stands in /proc, which a
 * worker cannot open. But the kernel says whether a mapping of some size would fit, and asking for
 * one that nobody may touch costs nothing.
 *
 * Whoever catches std::bad_alloc makes an error of it, which takes memory, too; where all that is
 * taken is still held, that fails as well and std::terminate is what is left. So the first function
 * that learns of the failure, the one that operator new calls, lets the limit up by a little each
 * time. It is C++'s own, and so is the one that throws: their names are as the Itanium C++ ABI
 * writes std::set_new_handler(void (*)()) and std::__throw_bad_alloc(). */
#include "headroom.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "bounds.h"

/* What errors are made of, and how many times there is more of it. */
#define SPARE  MIB(1)
#define SPARES 4

typedef void (*NewHandler)(void);
extern NewHandler set_new_handler(NewHandler handler) __asm__("_ZSt15set_new_handlerPFvvE");
G_GNUC_NORETURN extern void throw_bad_alloc(void) __asm__("_ZSt17__throw_bad_allocv");

/* The handler is given nothing else to remember by. */
static Headroom *in_force;

static gboolean
fits(guint64 bytes)
{
  void *place = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (place == MAP_FAILED)
    return FALSE;
  munmap(place, bytes);
  return TRUE;
}

/* Bytes that the limit leaves, a MiB too few at most. */
static guint64
bytes_left(guint64 limit)
{
  guint64 low = 0, high = limit;

  while (high - low > MIB(1)) {
    guint64 middle = low + (high - low) / 2;

    if (fits(middle))
      low = middle;
    else
      high = middle;
  }
  return low;
}

static int
set_soft(const Headroom *headroom, guint64 soft)
{
  const struct rlimit limit = {soft, headroom->hard};

  return setrlimit(RLIMIT_AS, &limit);
}

/* Never returns: operator new would ask again. */
static void
on_failure(void)
{
  if (in_force && in_force->met++ < SPARES) {
    in_force->low += SPARE;
    set_soft(in_force, in_force->low);
  }
  throw_bad_alloc();
}

int
headroom_lower_whole(Headroom *headroom, gsize bytes)
{
  struct rlimit now;
  guint64 left;

  *headroom = (Headroom){0};
  if (!HEADROOM_WORKS)
    return 0;
  if (getrlimit(RLIMIT_AS, &now) != 0)
    return -1;
  if (now.rlim_cur == RLIM_INFINITY)
    return 0;
  left = bytes_left(now.rlim_cur);
  if (left <= bytes)
    return 0;
  *headroom = (Headroom){now.rlim_max, now.rlim_cur, now.rlim_cur - left + bytes, 0};
  if (set_soft(headroom, headroom->low) != 0) {
    *headroom = (Headroom){0};
    return -1;
  }
  in_force = headroom;
  set_new_handler(on_failure);
  return 0;
}

/* The heap's free places come on top. */
int
headroom_lower(Headroom *headroom, gsize bytes)
{
  return headroom_lower_whole(headroom, bytes - MIN(bytes, mallinfo2().fordblks));
}

/* Cannot fail once the limit was lowered; would it, memory stays scarce. */
void
headroom_end(Headroom *headroom)
{
  if (headroom->before != 0)
    set_soft(headroom, headroom->before);
  headroom->before = 0;
  in_force = NULL;
  set_new_handler(NULL);
}

/* The heap has free places that no limit shows. */
gboolean
headroom_has(gsize bytes)
{
  void *volatile place = HEADROOM_WORKS ? malloc(bytes) : NULL;
  gboolean has = place != NULL || !HEADROOM_WORKS;

  free(place);
  return has;
}
