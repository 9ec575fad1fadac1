package submission_test

import (
	"testing"

	"learningforlife/shared/submission"
)

func BenchmarkParseReceiptWire(b *testing.B) {
	for b.Loop() {
		if _, err := submission.ParseReceipt(response, vectors[0].wire); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseReceiptCode(b *testing.B) {
	for b.Loop() {
		if _, err := submission.ParseReceipt(response, vectors[0].surveyCode); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKey(b *testing.B) {
	r := parse(b, response, vectors[0].wire)
	for b.Loop() {
		r.Key(response)
	}
}

func BenchmarkPack(b *testing.B) {
	c := shipped(b)
	s := submission.Response{Organisation: "RXX", Answers: []int{1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}}
	for b.Loop() {
		s.Pack(c)
	}
}

func BenchmarkView(b *testing.B) {
	c := shipped(b)
	before := parse(b, response, vectors[0].wire).Key(response)
	row := submission.Response{Organisation: "RXX", Answers: []int{1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}, Before: before.Link()}.Pack(c)
	for b.Loop() {
		if _, err := row.View(); err != nil {
			b.Fatal(err)
		}
	}
}
