#!/usr/bin/env php
<?php

// Tells one report to a project that the user said yes to. README.md: what it needs, and what it does not do.

declare(strict_types=1);

const PROJECT = 'emitter';
const ZONE = 'r.example.net';
const ACK = '198.18.0.7';
const BITS = 18;
const PUBLIC_KEY = ''; // 64 hexadecimal digits
const KEY_FROM = '2026-11-16';
const KEY_UNTIL = '2028-11-13';
const POLICY = '/etc/sotto/policy.json';
const FIELDS = [ // key in the text => name in the consent file, hash of what the user was told about it
    'v' => ['weekly.version', 'f141fba433690c9a3c94719842f96fe1f32898c795907dcc51bdac47045cdf8b'],
    't' => ['weekly.tty', 'ffcbb90e8f161b43474fe693a30a98685cba2fdd73e79ba91e8acf5c0d00502c'],
];
const USAGE = <<<'TEXT'
    usage: report.php '{"v":"1.4.2","t":true}'    (a flat JSON object of at most 63 octets)
    Exit codes: 0 stored; 1 not, or nobody knows; 2 wrong usage; 3 somebody forbids it.
    TEXT;

/** The end of a run that stored nothing. Its code is the exit code. */
final class NotStored extends RuntimeException
{
}

/** Reads a report and writes it anew as the text to seal, so that no name stands in it twice. */
function textOf(string $json): string
{
    $report = json_decode($json, false, 2);
    if (!$report instanceof stdClass) {
        throw new NotStored("this is no flat JSON object: $json", 2);
    }
    foreach (get_object_vars($report) as $key => $value) {
        if (!isset(FIELDS[$key]) || !(is_string($value) || is_int($value) || is_bool($value))) {
            throw new NotStored("other fields or values than allowed: $json", 2);
        }
    }
    $text = json_encode($report, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    if (strlen($text) > 63) {
        throw new NotStored('the report has ' . strlen($text) . ' octets, and 63 are the most', 2);
    }
    return $text;
}

/** The JSON object in a regular file, or null. A pipe in its place must not hold us. */
function objectIn(string $path): ?stdClass
{
    if (!is_file($path) || filesize($path) > 4 << 20) {
        return null;
    }
    $object = json_decode((string) @file_get_contents($path));
    return $object instanceof stdClass ? $object : null;
}

/** Names who says no, the strongest first; null if nobody does, and the user said yes to the fields of this report. */
function whoForbids(string $text): ?string
{
    $says = fn (string $name, string ...$words): bool =>
        in_array(strtolower(trim((string) getenv($name), " \t\r\n")), $words, true);
    if (@lstat(POLICY) !== false || (@lstat(dirname(POLICY)) !== false && !is_executable(dirname(POLICY)))) {
        return POLICY;
    }
    if (!$says('DO_NOT_TRACK', '', '0', 'false')) {
        return 'DO_NOT_TRACK';
    }
    foreach (['SOTTO_TELEMETRY', strtoupper(strtr(PROJECT, '-', '_')) . '_TELEMETRY'] as $name) {
        if (getenv($name) !== false && !$says($name, 'on', '1', 'true', 'yes')) {
            return $name;
        }
    }
    $home = (string) getenv('HOME');
    $config = (string) getenv('XDG_CONFIG_HOME');
    if (!str_starts_with($home, '/')) {
        return 'HOME';
    }
    for ($depth = 0, $folder = $home; $depth <= 257; $folder = './' . str_repeat('../', $depth++)) {
        if (@lstat("$folder/.sotto-opt-out") !== false) {
            return "$folder/.sotto-opt-out";
        }
    }
    $path = (str_starts_with($config, '/') ? $config : "$home/.config") . '/sotto/consent.json';
    $consent = objectIn($path);
    $host = $consent->host ?? new stdClass();
    $mine = $consent->projects->{PROJECT} ?? null;
    $isHostFine = $host instanceof stdClass && in_array($host->decision ?? 'granted', ['granted'], true);
    $isGranted = ($mine->decision ?? null) === 'granted' && is_int($mine->day ?? null);
    if (($consent->version ?? null) !== 1 || !$isHostFine || !$isGranted) {
        return $path;
    }
    foreach (array_intersect_key(FIELDS, json_decode($text, true)) as [$name, $told]) {
        if (($mine->fields->$name ?? null) !== $told) {
            return "$path ($name)";
        }
    }
    return in_array((string) getenv('CI'), ['', 'false'], true) ? null : 'CI';
}

/** The DNS name of a frame with the text: docs/protocol.md, section 17. */
function nameOf(string $text): string
{
    $now = time();
    $today = gmdate('Y-m-d', $now);
    if (strlen(PUBLIC_KEY) !== 64 || $today < KEY_FROM || $today >= KEY_UNTIL) {
        throw new NotStored('there is no key to seal for today', 1);
    }
    $day = intdiv($now, 86400);
    $week = intdiv($day - 4, 7) % 64;
    $block = chr(1) . pack('n', $day) . str_pad($text, 63, "\0");
    do {
        $box = sodium_crypto_box_seal($block, sodium_hex2bin(PUBLIC_KEY));
        $start = random_int(0, 0xffffff);
        for ($tries = 0, $isSolved = false; $tries <= 0xffffff && !$isSolved; $tries++) {
            $frame = pack('N', ($week << 24) | (($start + $tries) & 0xffffff)) . $box;
            $isSolved = unpack('N', hash('sha256', $frame, true))[1] >> (32 - BITS) === 0;
        }
    } while (!$isSolved);
    $bits = implode(array_map(fn (string $octet): string => sprintf('%08b', ord($octet)), str_split($frame))) . '0';
    $digit = fn (string $five): string => 'abcdefghijklmnopqrstuvwxyz234567'[bindec($five)];
    $labels = str_split(implode(array_map($digit, str_split($bits, 5))), 63);
    return implode('.', [...$labels, ZONE, '']);
}

try {
    $text = $argc === 2 && !str_starts_with($argv[1], '-') ? textOf($argv[1]) : throw new NotStored(USAGE, 2);
    $who = whoForbids($text);
    if ($who !== null) {
        throw new NotStored("$who says no, or no yes, so this was not sent: $text", 3);
    }
    // gethostbyname of the C library: the system's own resolver, and one A query for a name with a dot at its end.
    if (gethostbynamel(nameOf($text)) !== [ACK]) {
        throw new NotStored('not stored, or not acknowledged', 1);
    }
} catch (Throwable $error) {
    fwrite(STDERR, "report.php: {$error->getMessage()}\n");
    exit($error instanceof NotStored ? $error->getCode() : 1);
}
