// Command report tells one report to a project that the user said yes to. README.md: what it needs, and does not do.
package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/nacl/box"
)

const (
	project   = "emitter"
	zone      = "r.example.net"
	ack       = "198.18.0.7"
	bits      = 18
	publicKey = "" // 64 hexadecimal digits
	keyFrom   = "2026-11-16"
	keyUntil  = "2028-11-13"
	policy    = "/etc/sotto/policy.json"
	usage     = `usage: report '{"v":"1.4.2","t":true}'    (a flat JSON object of at most 63 octets)
Exit codes: 0 stored; 1 not, or nobody knows; 2 wrong usage; 3 somebody forbids it.`
)

var fields = map[string][2]string{ // Key in the text: name in the consent file, hash of what the user was told about it.
	"v": {"weekly.version", "f141fba433690c9a3c94719842f96fe1f32898c795907dcc51bdac47045cdf8b"},
	"t": {"weekly.tty", "ffcbb90e8f161b43474fe693a30a98685cba2fdd73e79ba91e8acf5c0d00502c"},
}

func stop(code int, format string, values ...any) {
	fmt.Fprintf(os.Stderr, "report: "+format+"\n", values...)
	os.Exit(code)
}

// textOf reads a report and writes it anew as the text to seal, so that no name stands in it twice.
func textOf(arg string) (report map[string]any, text []byte) {
	if err := json.Unmarshal([]byte(arg), &report); err != nil || report == nil {
		stop(2, "this is no JSON object: %s", arg)
	}
	for key, value := range report {
		kind := fmt.Sprintf("%T", value)
		if _, isField := fields[key]; !isField || kind != "string" && kind != "float64" && kind != "bool" {
			stop(2, "%q is no field of this report, or neither text, number, true nor false", key)
		}
	}
	if text, _ = json.Marshal(report); len(text) > 63 {
		stop(2, "the report has %d octets, and 63 are the most", len(text))
	}
	return report, text
}

// whoForbids names who says no; it is empty if nobody does, and the user said yes to the fields of this report.
func whoForbids(report map[string]any) string {
	if _, err := os.Lstat(policy); !os.IsNotExist(err) {
		return policy
	}
	word := func(words string) string { return `(?i)^[ \t\r\n]*(` + words + `)[ \t\r\n]*$` }
	on, no := word("on|1|true|yes"), word("|0|false")
	own := strings.ToUpper(strings.ReplaceAll(project, "-", "_")) + "_TELEMETRY"
	for name, fine := range map[string]string{"DO_NOT_TRACK": no, "CI": "^(false)?$", "SOTTO_TELEMETRY": on, own: on} {
		if value, isSet := os.LookupEnv(name); isSet && !regexp.MustCompile(fine).MatchString(value) {
			return name
		}
	}
	home, path := os.Getenv("HOME"), os.Getenv("XDG_CONFIG_HOME")
	for depth, folder := 0, home; depth <= 257; depth++ {
		if _, err := os.Lstat(folder + "/.sotto-opt-out"); err == nil || !strings.HasPrefix(home, "/") {
			return folder + "/.sotto-opt-out"
		}
		folder = "." + strings.Repeat("/..", depth)
	}
	if !strings.HasPrefix(path, "/") {
		path = home + "/.config"
	}
	path += "/sotto/consent.json"
	var octets []byte
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Size() <= 4<<20 {
		octets, _ = os.ReadFile(path)
	}
	var consent map[string]any
	isRight := json.Unmarshal(octets, &consent) == nil && utf8.Valid(octets) && consent["version"] == 1.0
	host, _ := consent["host"].(map[string]any)
	projects, _ := consent["projects"].(map[string]any)
	mine, _ := projects[project].(map[string]any)
	told, _ := mine["fields"].(map[string]any)
	_, isDated := mine["day"].(float64)
	isHostUnset := consent["host"] == nil || host != nil && host["decision"] == nil
	if !isRight || mine["decision"] != "granted" || !isDated || !isHostUnset && host["decision"] != "granted" {
		return path
	}
	for key := range report {
		if name, hash := fields[key][0], fields[key][1]; told[name] != hash {
			return path + " (" + name + ")"
		}
	}
	return ""
}

// nameOf gives the DNS name of a frame with the text: docs/protocol.md, section 17.
func nameOf(text []byte) string {
	now := time.Now().UTC()
	key, err := hex.DecodeString(publicKey)
	if today := now.Format("2006-01-02"); err != nil || len(key) != 32 || today < keyFrom || today >= keyUntil {
		stop(1, "there is no key to seal for today")
	}
	day := now.Unix() / 86400
	block := [66]byte{1, byte(day >> 8), byte(day)}
	copy(block[3:], text)
	var head [4]byte
	_, noSalt := rand.Read(head[:])
	frame, noBox := box.SealAnonymous(head[:], block[:], (*[32]byte)(key), rand.Reader)
	if noSalt != nil || noBox != nil {
		stop(1, "there is no randomness to seal with")
	}
	start := binary.BigEndian.Uint32(head[:])
	for salt := start; salt != start+1<<24; salt++ {
		binary.BigEndian.PutUint32(frame, uint32((day-4)/7%64)<<24|salt&0xffffff)
		if hash := sha256.Sum256(frame); binary.BigEndian.Uint32(hash[:])>>(32-bits) == 0 {
			digits := base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString(frame)
			return fmt.Sprintf("%s.%s.%s.%s.", digits[:63], digits[63:126], digits[126:], zone)
		}
	}
	return nameOf(text) // No salt fits this box: seal again.
}

func main() {
	if len(os.Args) != 2 || strings.HasPrefix(os.Args[1], "-") {
		stop(2, usage)
	}
	report, text := textOf(os.Args[1])
	if who := whoForbids(report); who != "" {
		stop(3, "%s says no, or no yes, so this was not sent: %s", who, text)
	}
	answers, err := net.DefaultResolver.LookupIP(context.Background(), "ip4", nameOf(text))
	if err != nil || len(answers) != 1 || answers[0].String() != ack {
		stop(1, "not stored, or not acknowledged")
	}
}
