/* Effects to the MTA. What it did not offer at negotiation is an error, so that a message that
 * must change is never delivered as it is. */
#include "mta.h"

#include "error.h"

#include <string.h>

/* libmilter takes 980 bytes; SMTP lines hold 512 with code and line end (RFC 5321 4.5.3.1.5). */
#define REPLY_TEXT_MAX 400

static int
check(int result, const char *what, GError **error)
{
  if (result == MI_SUCCESS)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s: refused by the MTA's side", what);
  return -1;
}

static int
need(const Mta *mta, unsigned long action, const char *what, GError **error)
{
  return check((mta->actions & action) != 0 ? MI_SUCCESS : MI_FAILURE, what, error);
}

/* With SMFIP_HDR_LEADSPC the MTA puts nothing between colon and value. */
static char *
mta_value(const Mta *mta, const char *value)
{
  return g_strconcat(mta->exact ? " " : "", value, NULL);
}

static int
change_header(void *data, const char *name, unsigned index, const char *value, GError **error)
{
  const Mta *mta = data;
  g_autofree char *text = value != NULL ? mta_value(mta, value) : NULL;

  if (need(mta, SMFIF_CHGHDRS, "change of header fields", error) != 0)
    return -1;
  return check(smfi_chgheader(mta->ctx, (char *)name, (int)index, text), "change of a header field",
               error);
}

static int
add_header(void *data, const char *name, const char *value, GError **error)
{
  const Mta *mta = data;
  g_autofree char *text = mta_value(mta, value);

  if (need(mta, SMFIF_ADDHDRS, "new header fields", error) != 0)
    return -1;
  return check(smfi_addheader(mta->ctx, (char *)name, text), "new header field", error);
}

static int
write_body(void *data, const unsigned char *bytes, size_t len, GError **error)
{
  const Mta *mta = data;

  if (need(mta, SMFIF_CHGBODY, "new body", error) != 0)
    return -1;
  return check(smfi_replacebody(mta->ctx, (unsigned char *)bytes, (int)len), "new body", error);
}

static int
hold(void *data, const char *reason, GError **error)
{
  const Mta *mta = data;
  g_autofree char *text = g_strdup(*reason != '\0' ? reason : "held by policy");

  if (need(mta, SMFIF_QUARANTINE, "quarantine", error) != 0)
    return -1;
  g_strcanon(text,
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;()-_/@+=", '_');
  text[MIN(strlen(text), REPLY_TEXT_MAX)] = '\0';
  return check(smfi_quarantine(mta->ctx, text), "quarantine", error);
}

const Sink mta_sink = {change_header, add_header, write_body, hold};

static char *
reply_text(const char *text)
{
  GString *out = g_string_new(NULL);

  for (; *text != '\0' && out->len < REPLY_TEXT_MAX; text++)
    if (*text == '%')
      g_string_append(out, "%%");
    else
      g_string_append_c(out, g_ascii_isprint(*text) ? *text : '?');
  return g_string_free(out, FALSE);
}

/* If the text cannot be set the MTA's own one is used; the code's class stays. */
static sfsistat
answer(SMFICTX *ctx, const char *code, const char *extended, const char *text, sfsistat result)
{
  g_autofree char *safe = reply_text(text);

  smfi_setreply(ctx, (char *)code, (char *)extended, safe);
  return result;
}

sfsistat
mta_tempfail(SMFICTX *ctx, const char *text)
{
  return answer(ctx, "451", "4.7.1", text, SMFIS_TEMPFAIL);
}

sfsistat
mta_defer_recipient(SMFICTX *ctx, const char *text)
{
  return answer(ctx, "452", "4.5.3", text, SMFIS_TEMPFAIL);
}

sfsistat
mta_reject(SMFICTX *ctx, const char *text)
{
  return answer(ctx, "550", "5.7.1", text, SMFIS_REJECT);
}

sfsistat
mta_reject_size(SMFICTX *ctx, const char *text)
{
  return answer(ctx, "552", "5.3.4", text, SMFIS_REJECT);
}

sfsistat
mta_reject_path(SMFICTX *ctx, const char *text)
{
  return answer(ctx, "501", "5.1.0", text, SMFIS_REJECT);
}
