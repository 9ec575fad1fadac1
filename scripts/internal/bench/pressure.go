package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// Pressure tells how busy a machine is. What it does not tell is nil.
type Pressure struct {
	// CPU, IO and Memory are the shares, in percent, of the last ten seconds in which something had to wait for them.
	CPU    *float64 `json:"cpuPercent,omitzero"`
	IO     *float64 `json:"ioPercent,omitzero"`
	Memory *float64 `json:"memoryPercent,omitzero"`
	// Load is how many tasks ran or wanted to, over the last minute.
	Load *float64 `json:"load,omitzero"`
}

// ReadPressure reads what Linux tells of itself in its folder /proc: pressure stall information
// ("some", avg10) and the load average. A file that is not there tells nothing.
func ReadPressure(proc fs.FS) (p Pressure, err error) {
	for _, file := range []struct {
		name, before string // what the figure comes after
		to           **float64
	}{
		{"pressure/cpu", "some avg10=", &p.CPU},
		{"pressure/io", "some avg10=", &p.IO},
		{"pressure/memory", "some avg10=", &p.Memory},
		{"loadavg", "", &p.Load},
	} {
		if *file.to, err = readFigure(proc, file.name, file.before); err != nil {
			return Pressure{}, fmt.Errorf("finding out how busy the machine is: %w", err)
		}
	}
	return p, nil
}

// readFigure returns the number that a file begins with, after the given text; nil if there is no such file.
func readFigure(proc fs.FS, name, before string) (*float64, error) {
	content, err := fs.ReadFile(proc, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(strings.TrimPrefix(string(content), before))
	if len(fields) == 0 {
		return nil, fmt.Errorf("%s is empty", name)
	}
	figure, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return &figure, nil
}
