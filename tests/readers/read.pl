#!/usr/bin/perl
# Perl's MIME-tools: the same lines as read.py.
use strict;
use warnings;
use Encode ();
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use MIME::Parser;

my $json = JSON::PP->new->utf8->canonical;
$| = 1;

sub leaf {
    my ($part) = @_;
    my $type = lc($part->mime_type || 'text/plain');
    my %names;
    for my $name ($part->head->recommended_filename,
                  $part->head->mime_attr('content-type.name'),
                  $part->head->mime_attr('content-disposition.filename')) {
        $names{$name} = 1 if defined $name && length $name;
    }
    my %entry = (type => $type, names => [sort keys %names]);
    my $content = defined $part->bodyhandle ? $part->bodyhandle->as_string : '';
    if ($type =~ m{^text/}) {
        my $charset = $part->head->mime_attr('content-type.charset') || 'utf-8';
        my $text = eval { Encode::decode($charset, $content) };
        $entry{text} = defined $text ? $text : Encode::decode('iso-8859-1', $content);
    } else {
        $entry{head} = encode_base64(substr($content, 0, 64), '');
    }
    return \%entry;
}

while (my $path = <STDIN>) {
    chomp $path;
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    $parser->extract_nested_messages(1);
    $parser->extract_uuencode(1);
    $parser->decode_headers(1);
    my @parts;
    my $entity = eval {
        local $SIG{__WARN__} = sub { };
        local $SIG{ALRM} = sub { die "too slow\n" };
        alarm 60;
        my $e = $parser->parse_open($path);
        alarm 0;
        $e;
    };
    my $error = $@;
    alarm 0;
    if ($entity) {
        local $SIG{__WARN__} = sub { };
        my @walk = ($entity);
        while (my $part = shift @walk) {
            my @inner = $part->parts;
            if (@inner) { push @walk, @inner }
            else { push @parts, leaf($part) }
        }
    }
    my %line = (file => Encode::decode('utf-8', $path), parts => \@parts);
    $line{error} = "$error" if $error;
    print $json->encode(\%line), "\n";
}
