/* package.h - a document that is a zip archive: members are read, replaced, dropped and added; what
 * is not touched keeps its compressed bytes. Inside rewrite/ only. Memory only, no files. */
#ifndef CORDON_PACKAGE_H
#define CORDON_PACKAGE_H

#include <glib.h>

typedef struct package Package;

/* DATA if it is no zip archive, is encrypted, has a name twice (ASCII case ignored) or is beyond a
 * limit on what is unpacked (bounds.h), by what its directory says. */
Package *package_open(GBytes *zip, GError **error);
void package_free(Package *package);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Package, package_free)

unsigned package_count(const Package *package); /* dropped ones count on */
const char *package_name(const Package *package, unsigned member);

/* The member of that name, ASCII case ignored; -1 if none or dropped. */
int package_find(const Package *package, const char *name);

/* The whole of a member, as it stands now. DATA if it is damaged or longer than was said. */
GBytes *package_read(Package *package, unsigned member, GError **error);

/* Its first bytes: how many there are, up to len; 0 if it cannot be read. */
size_t package_head(Package *package, unsigned member, unsigned char *head, size_t len);

void package_drop(Package *package, unsigned member);
gboolean package_is_dropped(const Package *package, unsigned member);

/* A member of that name was there and is dropped. */
gboolean package_has_lost(const Package *package, const char *name);

/* Takes bytes over. */
void package_replace(Package *package, unsigned member, GBytes *bytes);
void package_add(Package *package, const char *name, GBytes *bytes);

/* The archive with all changes; members keep their order, new ones come last. */
GBytes *package_write(Package *package, GError **error);

#endif
