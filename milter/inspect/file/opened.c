/* opened.c - which containers we open ourselves. */
#include "opened.h"

#include <string.h>

#include "bounds.h"
#include "cms.h"

typedef struct kind {
  const char *type;
  gboolean (*open)(const unsigned char *bytes, size_t len, GPtrArray *files);
  OpenedForm form;
  gboolean wrapper;
} Kind;

/* An entity has few fields, and libclamav knows mail by others. */
static GBytes *
as_mail(GBytes *content)
{
  static const char front[] = "From: <>\r\nReceived: by cordon\r\nMIME-Version: 1.0\r\n";
  gsize len = 0;
  const char *bytes = g_bytes_get_data(content, &len);
  GByteArray *mail;

  if (len < 8 || g_ascii_strncasecmp(bytes, "Content-", 8) != 0)
    return content;
  mail = g_byte_array_new();
  g_byte_array_append(mail, (const guint8 *)front, sizeof front - 1);
  g_byte_array_append(mail, (const guint8 *)bytes, (guint)len);
  g_bytes_unref(content);
  return g_byte_array_free_to_bytes(mail);
}

/* A signed file, or mail out of its place: in the message itself mime/smime.c has opened it. */
static gboolean
cms_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  GBytes *content = cms_content(bytes, len);

  if (!content || !opened_add(files, "", as_mail(content)))
    return FALSE;
  return cms_kind(bytes, len) != CMS_COMPRESSED || appended_take(bytes, len, OPENED_CODED, files);
}

static const Kind kinds[] = {
    {"application/vnd.ms-tnef", tnef_open, OPENED_WHOLE, FALSE},
    {"application/applefile", apple_open, OPENED_WHOLE, FALSE},
    {"application/cms", cms_open, OPENED_IN_PIECES, TRUE},
    {"application/x-yenc", yenc_open, OPENED_CODED, FALSE},
    {"application/x-uuencode", uuencode_open, OPENED_CODED, FALSE},
    {"text/calendar", card_open, OPENED_CODED, FALSE},
    {"text/vcard", card_open, OPENED_CODED, FALSE},
    {"application/vnd.ms-outlook", msg_open, OPENED_IN_PIECES, FALSE},
    {"application/onenote", onenote_open, OPENED_WHOLE, FALSE},
};

static void
opened_free(void *data)
{
  Opened *opened = data;

  g_free(opened->name);
  g_clear_pointer(&opened->content, g_bytes_unref);
  g_clear_pointer(&opened->charsets, g_ptr_array_unref);
  g_free(opened);
}

Opened *
opened_new(const char *name, GBytes *content)
{
  Opened *opened = g_new0(Opened, 1);

  opened->name = g_strdup(name);
  opened->content = content;
  return opened;
}

gboolean
opened_add(GPtrArray *files, const char *name, GBytes *content)
{
  if (files->len >= LIMIT_UNPACK_FILES) {
    g_clear_pointer(&content, g_bytes_unref);
    return FALSE;
  }
  g_ptr_array_add(files, opened_new(name, content));
  return TRUE;
}

static const Kind *
find_kind(const char *type)
{
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (strcmp(kinds[i].type, type) == 0)
      return &kinds[i];
  return NULL;
}

gboolean
opened_is(const char *type)
{
  return find_kind(type) != NULL;
}

gboolean
opened_is_card(const char *type)
{
  const Kind *kind = find_kind(type);

  return kind != NULL && kind->open == card_open;
}

gboolean
opened_is_wrapper(const char *type)
{
  const Kind *kind = find_kind(type);

  return kind != NULL && kind->wrapper;
}

GPtrArray *
opened_read(const char *type, const unsigned char *bytes, size_t len, gboolean *whole)
{
  GPtrArray *files = g_ptr_array_new_with_free_func(opened_free);
  const Kind *kind = find_kind(type);

  *whole =
      kind != NULL && kind->open(bytes, len, files) && appended_take(bytes, len, kind->form, files);
  return files;
}

GPtrArray *
opened_behind(const unsigned char *bytes, size_t len)
{
  GPtrArray *files = g_ptr_array_new_with_free_func(opened_free);

  appended_find(bytes, len, files);
  return files;
}
