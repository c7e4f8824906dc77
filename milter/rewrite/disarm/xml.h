/* xml.h - XML as a tree that can be changed and written again, for parts of office documents.
 * Inside rewrite/ only. Nothing is ever fetched, and no entity is expanded. */
#ifndef CORDON_XML_H
#define CORDON_XML_H

#include <glib.h>

/* Once a process, before it is jailed. */
void xml_start(void);

typedef struct xml Xml;
typedef struct _xmlNode XmlNode; /* libxml2's; owned by its Xml */

/* Well-formed XML in UTF-8 or UTF-16. DATA for all else, and for a document type, for what is over
 * LIMIT_XML, nested deeper than 256 elements, or has more than LIMIT_XML_ATTRIBUTES
 * in one tag or LIMIT_XML_MARKS in all. */
Xml *xml_parse(GBytes *bytes, GError **error);
void xml_free(Xml *xml);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Xml, xml_free)

/* As UTF-8 with a declaration. NULL if memory ran out. */
GBytes *xml_write(const Xml *xml);

/* --- elements, in document order --- */

XmlNode *xml_root(const Xml *xml);

/* The next element behind the start tag of this one, or behind its end tag; NULL at the end of
 * the document. */
XmlNode *xml_next(const XmlNode *node);
XmlNode *xml_after(const XmlNode *node);

XmlNode *xml_parent(const XmlNode *node); /* NULL for the root */
XmlNode *xml_child(const XmlNode *node);  /* its first element, or NULL */

const char *xml_name(const XmlNode *node);  /* without a prefix */
const char *xml_space(const XmlNode *node); /* namespace, or "" */
gboolean xml_is(const XmlNode *node, const char *name);

/* All text in it. New string. */
char *xml_text(const XmlNode *node);

/* --- attributes --- */

/* The value of the first attribute of that local name, in any namespace. New string, or NULL. */
char *xml_attribute(const XmlNode *node, const char *name);

/* Attributes that keep returns FALSE for go. */
typedef gboolean (*XmlKeep)(const char *space, const char *name, const char *value, void *data);
void xml_filter(XmlNode *node, XmlKeep keep, void *data);

/* Gives an attribute that is there another value. */
void xml_set_attribute(XmlNode *node, const char *name, const char *value);

/* The same, and adds it where it is not there: without a namespace or, with `own`, in the
 * element's own. */
void xml_put_attribute(XmlNode *node, gboolean own, const char *name, const char *value);

/* --- changes --- */

/* Removes an element with all that is in it. The root stays and is emptied. */
void xml_drop(XmlNode *node);

/* Removes its tags; what is in it stays in its place. Not for the root. */
void xml_unwrap(XmlNode *node);

/* Puts a descendant in the place of the element. */
void xml_replace(XmlNode *node, XmlNode *by);

/* Removes all text and elements in it. */
void xml_empty(XmlNode *node);

/* A new last child in the parent's own namespace. */
XmlNode *xml_add(XmlNode *parent, const char *name);
void xml_add_attribute(XmlNode *node, const char *name, const char *value);

#endif
