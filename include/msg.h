/* msg.h - the shape of a message that Outlook has saved ([MS-OXMSG]): a compound file whose
 * storages are the message, its attachments and the messages in those, and whose streams are their
 * properties (mapi.h). */
#ifndef CORDON_MSG_H
#define CORDON_MSG_H

#include <glib.h>

#include "cfb.h"
#include "mapi.h"

/* Bytes of an entry in the list of properties of a storage: its tag (4), flags (4), then a value of
 * eight bytes, or the size (4) of one that is a stream. */
#define MSG_PROPERTY 16

/* The content of each entry, at its place: GBytes, or NULL for a storage, for what is nobody's, and
 * for what cannot be read; then *whole becomes FALSE. */
GPtrArray *msg_streams(Cfb *cfb, gboolean *whole);

/* Is there a list of properties in its root? */
gboolean msg_is(const Cfb *cfb);

gboolean msg_is_attachment(const CfbEntry *entry);

/* The storage of a message that is an attachment, within that of the attachment. */
gboolean msg_is_message(const CfbEntry *entry);

/* The property that a stream is, id << 16 | type; 0 if it is none, or if it is the list of lengths
 * of many. */
guint32 msg_tag(const Cfb *cfb, guint index);

/* What a stream is to the reader of the message that it is in. */
MapiUse msg_use(const Cfb *cfb, guint index);

/* Where in a stream the entries begin if it is a list of properties, else 0. */
size_t msg_properties_head(const Cfb *cfb, guint index);

/* As tnef_charsets. */
GPtrArray *msg_charsets(const Cfb *cfb, const GPtrArray *streams);

#endif
