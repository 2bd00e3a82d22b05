from rtfm_mmaction.workshop.cli.results_page import main

if __name__ == '__main__':
    main()
